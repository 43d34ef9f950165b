import { createHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';
import { recordLatency, summarizeLatency } from './latency.ts';
import type { LoadJob, LoadRequest, LoadResult } from './load.ts';

/** An answer that takes longer fails the profile, in seconds. */
const TIMEOUT = 5;

/** autocannon in a process of its own, one thread, so that its CPU time is known and is not the coordinator's. */
process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.(result),
    (error: Error) => process.send?.({ problem: error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

async function run({ url, requests, connections, seconds }: LoadJob): Promise<LoadResult> {
  const histogram = createHistogram();
  let begun = { at: 0, cpu: process.cpuUsage() };
  let last = 0;
  let answered = 0;
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  let client = 0;
  const setupClient = (each: autocannon.Client) =>
    each.setRequests(share(requests, { of: connections, index: client++ }));
  const settings = { url, connections, duration: seconds, timeout: TIMEOUT, setupClient };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(settings, (error: Error | null, ended) => (error ? reject(error) : resolve(ended)));
    running.on('response', (_client, _status, bytes, milliseconds) => {
      last = performance.now();
      // Building the requests and connecting happens before the first answer, and is no part of the time.
      if (answered++ === 0) begun = { at: last, cpu: process.cpuUsage() };
      if (bytes < least) least = bytes;
      if (bytes > most) most = bytes;
      recordLatency(histogram, milliseconds);
    });
  });
  const cpu = process.cpuUsage(begun.cpu);
  const elapsed = (last - begun.at) / 1000;
  const statuses = Object.entries(result.statusCodeStats ?? {}).map(([status, { count = 0 }]) => [status, count]);
  return {
    answered,
    seconds: elapsed,
    rate: answered > 1 ? (answered - 1) / elapsed : 0,
    latency: summarizeLatency(histogram),
    statuses: Object.fromEntries(statuses),
    errors: result.errors,
    timeouts: result.timeouts,
    bytes: { least: answered === 0 ? 0 : least, most },
    generatorCpu: (cpu.user + cpu.system) / 1e6 / elapsed,
  };
}

/** Each connection goes round in its own part: nothing is asked twice before everything was asked once. */
function share(requests: readonly LoadRequest[], { of, index }: { of: number; index: number }) {
  const own = requests.filter((_, i) => i % of === index);
  return (own.length > 0 ? own : [requests[index % requests.length] as LoadRequest]).map((request) => ({
    method: request.method ?? 'GET',
    path: request.path,
    ...(request.body === undefined ? {} : { body: request.body, headers: { 'content-type': 'application/json' } }),
  }));
}
