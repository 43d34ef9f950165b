import { setTimeout } from 'node:timers/promises';
import { Connection } from './connection.ts';
import type { Recorder } from './recorder.ts';

/** What every machine takes, in milliseconds: only what lasts longer counts. */
const USUAL = 30;
const EVERY = 20;
/** Asks over one connection: each leads to one worker. */
const ASKS = 25;

/**
 * Measures when the machine kept this process or a node waiting, by what has nothing to do with identifiers and caches: timers
 * that come late, and a question that a node answers without asking anybody.
 */
export async function measureStandstills(recorder: Recorder, urls: readonly string[], isOver: () => boolean) {
  const note = (from: number) => {
    const until = recorder.now();
    if (until - from > USUAL) recorder.standstills.push({ from, until });
  };
  const watchTimers = async () => {
    while (!isOver()) {
      const due = recorder.now() + EVERY;
      await setTimeout(EVERY);
      note(due);
    }
  };
  const watchNode = async (url: string) => {
    const connection = new Connection(url);
    for (let asked = 1; !isOver(); asked++) {
      const from = recorder.now();
      // One that has no answer tells of a worker that was killed, not of the machine.
      const answered = await connection.ask({ method: 'GET', path: '/health/live' }).then(
        () => true,
        () => false,
      );
      if (answered) note(from);
      if (!answered || asked % ASKS === 0) await connection.renew();
      await setTimeout(EVERY);
    }
    await connection.close();
  };
  // Two for each node: connections are dealt out in turn, so both of its workers are asked.
  await Promise.all([watchTimers(), ...urls.flatMap((url) => [watchNode(url), watchNode(url)])]);
}
