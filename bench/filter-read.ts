import { setTimeout } from 'node:timers/promises';
import { gaugeOf, readMetrics } from './counters.ts';
import type { NodeServer } from './node-server.ts';

/** Milliseconds between two looks, and looks after which one that does not grow has ended. */
const PAUSE = 250;
const LOOKS = 20;
/** It takes some identifiers for others that it has: it counts a few less than there are. */
const ALL = 0.999;

/** The filter of absent names is read when a node starts: of many identifiers that takes a while, which is not to be measured. */
export async function untilFilterIsRead({ url }: Pick<NodeServer, 'url'>, count: number): Promise<void> {
  let known = -1;
  for (let same = 0; same < LOOKS; ) {
    const now = gaugeOf(await readMetrics(url), 'kapok_filter_identifiers');
    if (now >= ALL * count) return;
    same = now === known ? same + 1 : 0;
    known = now;
    await setTimeout(PAUSE);
  }
}
