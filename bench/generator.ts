import { runClosedLoop } from './client/closed-loop.ts';
import { runOpenLoop } from './client/open-loop.ts';
import { openSource } from './client/sources.ts';
import { Tally } from './client/tally.ts';
import type { LoadJob, LoadResult } from './load.ts';

/** Milliseconds; a slower answer fails the profile. */
const TIMEOUT = 5_000;

/** Requests sent so far, by all loads. */
let before = 0;

/** The load generator: a process of its own, one thread, so that its CPU time is known and is not the coordinator's. */
process.on('message', (job: LoadJob) => {
  runLoad(job).then(
    (result) => process.send?.(result),
    (error: Error) => process.send?.({ problem: error.message }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });

async function runLoad(job: LoadJob): Promise<LoadResult> {
  const { loop, seconds, status, timeout = TIMEOUT } = job;
  const url = new URL(job.url);
  const lanes = loop.kind === 'closed' ? loop.connections : 1;
  const next = openSource(job.source, { host: url.host, status, lanes, before });
  const tally = new Tally(job);
  const looped = { url, next, tally, seconds, timeout, connections: loop.connections };
  if (loop.kind === 'closed') await runClosedLoop(job.most === undefined ? looped : { ...looped, most: job.most });
  else await runOpenLoop({ ...looped, rate: loop.rate, standing: loop.standing ?? false });
  const result = tally.result();
  before += result.answered;
  return result;
}
