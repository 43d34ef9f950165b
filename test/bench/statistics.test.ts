import { createHistogram } from 'node:perf_hooks';
import t from 'tap';
import { type Latency, recordLatency, summarizeLatency } from '../../bench/latency.ts';
import { median, medianOf, ratio } from '../../bench/statistics.ts';

t.test('the median is the middle value, or the mean of the middle two', async (t) => {
  t.equal(median([3]), 3);
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([10, 2, 4, 100]), 7);
  t.ok(Number.isNaN(median([])));
});

t.test('what was not measured has no part in a median, and no median when it is all there is', async (t) => {
  t.equal(medianOf([null, 4, undefined, 2, Number.NaN]), 3);
  t.equal(medianOf([null, null]), null);
});

t.test('a ratio to nothing, or of something unknown, is unknown', async (t) => {
  t.equal(ratio(3, 4), 0.75);
  t.equal(ratio(null, 4), null);
  t.equal(ratio(3, null), null);
  t.equal(ratio(3, 0), null);
});

t.test('percentiles are told in milliseconds, finer than whole ones', async (t) => {
  const histogram = createHistogram();
  t.equal(summarizeLatency(histogram), null, 'of nothing');
  // 0.01 ms, 0.02 ms … 10 ms
  for (let i = 1; i <= 1000; i++) recordLatency(histogram, i / 100);
  const { p50, p99, p999 } = summarizeLatency(histogram) as Latency;
  // The histogram keeps three digits.
  t.ok(Math.abs(p50 - 5) < 0.02, `p50 ${p50}`);
  t.ok(Math.abs(p99 - 9.9) < 0.02, `p99 ${p99}`);
  t.ok(Math.abs(p999 - 9.99) < 0.02, `p99.9 ${p999}`);
});
