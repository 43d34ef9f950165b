import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import t, { type Test } from 'tap';
import { Backlog } from '../../../src/telemetry/traces/backlog.ts';

const MOST = 100;

/** A backlog of spans, and a collector that answers when it is told to. */
function open(t: Test) {
  const taken: { spans: number; answer: (result: ExportResult) => void }[] = [];
  const failures: (Error | null)[] = [];
  const backlog = new Backlog({
    exporter: { export: (spans, answer) => void taken.push({ spans: spans.length, answer }), shutdown: async () => {} },
    most: MOST,
    wait: 0,
    timeout: 600_000,
    onSent: (failure) => failures.push(failure),
  });
  const provider = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [backlog] });
  const tracer = provider.getTracer('test');
  t.teardown(() => taken.splice(0).forEach(({ answer }) => void answer({ code: ExportResultCode.SUCCESS })));
  const end = (spans: number) => {
    for (let i = 0; i < spans; i++) tracer.startSpan('span').end();
  };
  return { backlog, end, taken, failures };
}

t.test('what finds no room is dropped and counted, while a collector is silent', async (t) => {
  const { backlog, end, taken } = open(t);
  end(10_000);
  t.match(backlog.counts, { exported: 0, failed: 0, dropped: 10_000 - MOST });
  t.strictSame(
    taken.map(({ spans }) => spans),
    [MOST],
    'a full batch is sent at once',
  );
  end(1);
  t.equal(backlog.counts.dropped, 10_001 - MOST, 'what is on its way takes room as well');
});

t.test('what was answered leaves room, and counts by what the answer was', async (t) => {
  const { backlog, end, taken, failures } = open(t);
  end(MOST);
  const error = new Error('no');
  taken.shift()?.answer({ code: ExportResultCode.FAILED, error });
  t.match(backlog.counts, { exported: 0, failed: MOST, dropped: 0 });
  t.strictSame(failures, [error]);
  await new Promise(setImmediate);
  end(MOST);
  taken.shift()?.answer({ code: ExportResultCode.SUCCESS });
  t.match(backlog.counts, { exported: MOST, failed: MOST, dropped: 0 });
  t.strictSame(failures, [error, null]);
});
