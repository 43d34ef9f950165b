import { setTimeout } from 'node:timers/promises';
import { until } from '../../resolve/until.ts';
import type { NodeProcess } from '../node-process.ts';

/** A busy machine may take long to start a worker, in milliseconds. */
const PATIENCE = 120_000;

/** What a node tells of itself, all its workers taken together. */
interface Told {
  /** Of the filter of absent names, which each worker has for itself. */
  readonly filterBytes: number;
  /** Workers that follow the other node, and workers that do not hear it. */
  readonly current: number;
  readonly lost: number;
  /** Answers from memory since the start. */
  readonly memory: number;
}

async function askTold(node: NodeProcess): Promise<Told> {
  const { status, text } = await node.get('/metrics');
  const read = (series: string) => {
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    if (line === undefined) throw new Error(`/metrics says nothing of ${series}: ${status} ${text.slice(0, 500)}`);
    return Number(line.slice(series.length + 1));
  };
  return {
    filterBytes: read('kapok_filter_bytes'),
    current: read('kapok_watches{state="current"}'),
    lost: read('kapok_watches{state="lost"}'),
    memory: read('kapok_answers_total{layer="memory",outcome="found"}'),
  };
}

/** Resolves when both workers of the follower say that they hear the owner. */
export async function untilHeard(follower: NodeProcess): Promise<void> {
  await until(async () => {
    const { current, lost } = await askTold(follower);
    return current === 2 && lost === 0;
  }, PATIENCE);
}

/** Resolves when both workers of a node are there: each has a filter, and their bytes are added up. */
export async function untilWhole(node: NodeProcess, filterBytes: number): Promise<void> {
  await until(async () => (await askTold(node)).filterBytes >= filterBytes, PATIENCE);
}

/** Resolves when a node says that it has its Redis, several times: its workers are asked in turn. */
export async function untilRedis(node: NodeProcess): Promise<void> {
  await until(async () => {
    for (let times = 0; times < 4; times++) {
      const { json } = await node.get('/health/ready');
      if (json.degraded.some((reason: string) => reason.startsWith('Redis'))) return false;
    }
    return true;
  }, PATIENCE);
}

/** Of both workers: the most that is told, for one that has no answer in time is left out. */
export async function askFilterBytes(node: NodeProcess): Promise<number> {
  const told: number[] = [];
  for (let times = 0; times < 5; times++) told.push((await askTold(node)).filterBytes);
  return Math.max(...told);
}

/** Answers that the memory of a node gave, but for those that a worker counted which was killed before it told. */
export async function countCached(node: NodeProcess, isOver: () => boolean): Promise<number> {
  let before: number | null = null;
  let sum = 0;
  while (!isOver()) {
    // A connection to a worker that is killed breaks.
    const told = await askTold(node).catch(() => null);
    if (told !== null) {
      if (before !== null) sum += Math.max(0, told.memory - before);
      before = told.memory;
    }
    await setTimeout(250);
  }
  return sum;
}
