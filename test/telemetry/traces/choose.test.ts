import t, { type Test } from 'tap';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { findTraces } from '../../../src/telemetry/traces/find-traces.ts';
import type { Traces } from '../../../src/telemetry/traces/traces.ts';

const about = { node: '88', log: createLogger({ level: 'silent', node: '88' }) };
const HEADER = ['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`];

async function open(t: Test, sample: number): Promise<Traces> {
  // Nothing is sent there: no span ends.
  const traces = await findTraces({ traces: { url: 'http://127.0.0.1:9/v1/traces', sample } }, about);
  if (traces === null) throw new Error('There is a collector');
  t.teardown(() => traces.close());
  return traces;
}

t.test('without a collector there is nothing', async (t) => {
  t.equal(await findTraces({ traces: null }, about), null);
});

t.test('one in so many that say nothing is followed, and with 0 none', async (t) => {
  const followed = async (sample: number) => {
    const traces = await open(t, sample);
    return Array.from({ length: 12 }, () => traces.choose(['host', 'x'])).filter((origin) => origin !== null).length;
  };
  t.strictSame([await followed(0), await followed(1), await followed(3), await followed(1_024)], [0, 12, 4, 0]);
});

t.test('however many ask for it, a thousand in a second are followed', async (t) => {
  const traces = await open(t, 0);
  const second = () => Math.floor(performance.now() / 1000);
  const first = second();
  const followed = Array.from({ length: 5_000 }, () => traces.choose(HEADER)).filter((origin) => origin !== null);
  t.ok(followed.length >= 1_000);
  t.ok(followed.length <= 1_000 * (second() - first + 1));
});

t.test('calls that are not followed say so, each in a trace of its own', async (t) => {
  const traces = await open(t, 1);
  const [one, other] = [traces.unfollowed(), traces.unfollowed()];
  t.match(one.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  t.not(one.traceparent, other.traceparent);
  t.equal(traces.choose(['traceparent', one.traceparent as string]), null);
});
