import { callHttp } from './http.ts';

/** What a node has counted since its start: `hit`, `miss`, `redis-hit` … */
export type Counters = Readonly<Record<string, number>>;

const LINE = /^kapok_resolutions_total\{event="([^"]+)"\} (\d+)$/gm;

export async function readCounters(url: string): Promise<Counters> {
  return parseCounters(await readMetrics(url));
}

/** The text that Prometheus reads. */
export async function readMetrics(url: string): Promise<string> {
  const { status, body } = await callHttp(`${url}/metrics`);
  if (status !== 200) throw new Error(`${url}/metrics answers ${status}`);
  return body.toString();
}

/** The first value of a metric; throws when there is none. */
export function gaugeOf(text: string, name: string): number {
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+-]+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`the metrics do not tell ${name}`);
  return Number(value);
}

export function parseCounters(text: string): Counters {
  return Object.fromEntries([...text.matchAll(LINE)].map(([, event, count]) => [event, Number(count)]));
}

/** How often an event happened between two readings. */
export function growth(before: Counters, after: Counters, event: string): number {
  return (after[event] ?? 0) - (before[event] ?? 0);
}
