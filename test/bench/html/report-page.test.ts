import t from 'tap';
import { reportPage } from '../../../bench/html/report-page.ts';
import type { Measurement, Profile } from '../../../bench/profile.ts';
import type { Report } from '../../../bench/report.ts';
import type { Run } from '../../../bench/rounds.ts';
import { summarizeBare, summarizeRun } from '../../../bench/summary.ts';

const CURVE = [1, 50, 90, 99, 99.9, 99.99].map((percentile) => [percentile, percentile / 20] as const);

function measured(rate: number, more: Partial<Measurement> = {}): Measurement {
  const latency = { p50: 1.2, p99: 12.3, p999: 123, max: 200, curve: CURVE };
  const cpu = { perCpuSecond: rate * 2, serverCpu: 0.5, generatorCpu: 0.4, othersCpu: 0.02 };
  return { rate, latency, ...cpu, failures: [], ...more };
}

interface Told extends Partial<Pick<Run, 'failures' | 'notMeasured'>> {
  readonly more?: Partial<Measurement>;
  readonly ofBare?: Profile['ofBare'];
}

function rowOf(name: string, { more = {}, ofBare, failures = [], notMeasured = null }: Told = {}) {
  const prepare = () => Promise.reject(new Error('not called'));
  const profile = { name, about: '', prepare, ...(ofBare === undefined ? {} : { ofBare }) };
  const prepared = { unit: 'requests', check: async () => {}, measure: async () => measured(0) };
  const bare = [measured(1000), measured(1000)] as const;
  const rounds = [950, 850, 900].map((rate) => ({ measured: measured(rate, more), bare }));
  return summarizeRun({ profile, prepared, rounds, failures, notMeasured } as Run);
}

function pageOf(...rows: Report['rows']): string {
  const machine = { cores: 2, processor: 'A & B', memoryGiB: 24, system: 'linux 6', node: 'v20' };
  const run = { rounds: 3, seconds: 5, connections: 64, notes: ['rate limit: <on>'] };
  return reportPage({
    date: '2026-11-25T08:00:00Z',
    machine,
    ...run,
    rows: [summarizeBare([measured(1000)]), ...rows],
  });
}

const MOMENTS = Array.from({ length: 30 }, (_, i) => ({
  at: i / 10,
  fresh: 20,
  stale: i % 3,
  failed: i % 2,
  slowest: i,
}));
const TIMELINE = { moments: MOMENTS, marks: [1, 2].map((at) => ({ at, what: `moment ${at}` })) };

t.test('the page needs nothing from elsewhere and runs nothing', async (t) => {
  const page = pageOf(rowOf('memory-hit', { ofBare: { rate: 0.9 } }), rowOf('stale', { more: { timeline: TIMELINE } }));
  t.notMatch(page, /<script|<link|<img|\bsrc=|\bhref=|@import|url\(|https?:\/\//i);
  t.match(page, 'prefers-color-scheme:dark');
  t.match(page, '@media print');
});

t.test('every drawing is whole, has numbers alone, and says what it shows', async (t) => {
  const page = pageOf(rowOf('memory-hit', { ofBare: { rate: 0.9 } }), rowOf('stale', { more: { timeline: TIMELINE } }));
  const drawings = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
  t.ok(drawings.length >= 8, `${drawings.length} drawings`);
  for (const drawing of drawings) {
    t.notMatch(drawing, /NaN|Infinity|undefined|null/);
    t.match(drawing, /^<svg [^>]*role="img" aria-label="[^"]+/);
    const opened = drawing.match(/<[a-z]+(?: [^>]*[^/])?>/g)?.length;
    t.equal(opened, drawing.match(/<\/[a-z]+>/g)?.length, 'what is opened is closed');
  }
});

t.test('targets, failures and what was not measured are told as they are', async (t) => {
  const page = pageOf(
    rowOf('memory-hit', { ofBare: { rate: 0.9, cpu: 0.95 } }),
    rowOf('absent', { failures: ['round 1: 7 answers with status 429'] }),
    rowOf('redis-hit', { notMeasured: 'no redis-server' }),
    rowOf('workers', { more: { comparisons: [{ name: 'to 1', value: null, least: 1.7 }] } }),
  );
  t.match(page, /<b>1<\/b>of 3 reached<small>1 missed, 1 not measured/);
  t.match(page, /<b>2<\/b>of 4 measured<small>1 failed, 1 not measured/);
  t.match(page, /at least 0\.90<td class="reached">✓ reached/);
  t.match(page, /at least 0\.95<td class="missed">✗ MISSED/);
  t.match(page, /at least 1\.70<td class="unknown">– not measured/);
  t.match(page, 'FAILED: round 1: 7 answers with status 429');
  t.match(page, 'not measured: no redis-server');
});

t.test('what others wrote is text', async (t) => {
  const page = pageOf(rowOf('<b>"x"</b>', { more: { notes: ['a <script>'] } }));
  t.notMatch(page, /<b>"x"|a <script>/);
  t.match(page, '&lt;b&gt;&quot;x&quot;&lt;/b&gt;');
  t.match(page, 'A &amp; B');
  t.match(page, 'rate limit: &lt;on&gt;');
});

t.test('a run without targets or faults has no empty sections', async (t) => {
  const page = pageOf(rowOf('redirect'));
  t.notMatch(page, /<h2>(Targets|Faults)/);
  t.match(page, /<h2>Rates[\s\S]*<h2>Latency[\s\S]*<h2>Notes/);
});

t.test('a machine that others worked on is told as disturbed', async (t) => {
  t.match(pageOf(rowOf('redirect')), 'the machine was at rest');
  t.match(
    pageOf(rowOf('redirect', { more: { othersCpu: 0.7 } })),
    /<b>70<\/b>% of a core<small><span class="missed">disturbed/,
  );
});
