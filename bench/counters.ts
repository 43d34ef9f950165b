import { callHttp } from './http.ts';

/** What a node has counted since its start: `hit`, `miss`, `redis-hit` … */
export type Counters = Readonly<Record<string, number>>;

const LINE = /^kapok_resolutions_total\{event="([^"]+)"\} (\d+)$/gm;

export async function readCounters(url: string): Promise<Counters> {
  return parseCounters(await readMetrics(url));
}

export async function readMetrics(url: string): Promise<string> {
  const { status, body } = await callHttp(`${url}/metrics`);
  if (status !== 200) throw new Error(`${url}/metrics answers ${status}`);
  return body.toString();
}

export function parseCounters(text: string): Counters {
  return Object.fromEntries([...text.matchAll(LINE)].map(([, event, count]) => [event, Number(count)]));
}

/** How often an event happened between two readings. */
export function growth(before: Counters, after: Counters, event: string): number {
  return (after[event] ?? 0) - (before[event] ?? 0);
}
