import t from 'tap';
import { readCarrier } from '../../../src/telemetry/traces/carrier.ts';

t.test('reads the two headers, however they are spelled', async (t) => {
  t.strictSame(readCarrier(['Host', 'x', 'TraceParent', 'a', 'TRACESTATE', 'b=1', 'tracestate', 'c=2']), {
    traceparent: 'a',
    tracestate: 'b=1,c=2',
  });
  t.strictSame(readCarrier(['traceparent', 'a']), { traceparent: 'a' });
});

t.test('there is none without traceparent, or with two', async (t) => {
  t.equal(readCarrier([]), null);
  t.equal(readCarrier(['tracestate', 'b=1', 'x-forwarded', 'traceparent']), null);
  t.equal(readCarrier(['traceparent', 'a', 'traceparent', 'a']), null);
});

t.test('a state that is too long is dropped', async (t) => {
  const state = 'a'.repeat(513);
  t.strictSame(readCarrier(['traceparent', 'a', 'tracestate', state]), { traceparent: 'a' });
  t.match(readCarrier(['traceparent', 'a', 'tracestate', state.slice(1)]), { tracestate: state.slice(1) });
});
