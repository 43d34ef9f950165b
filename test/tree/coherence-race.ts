import { performance } from 'node:perf_hooks';
import type { NodeProcess } from './node-process.ts';

export interface RaceOptions {
  readonly processes: readonly NodeProcess[];
  readonly identifiers: readonly string[];
  readonly writers: number;
  /** Readers of each process. */
  readonly readers: number;
  /** Milliseconds at least; on a busy machine it takes until there is something to look at. */
  readonly duration: number;
  /** What a write must be seen within, everywhere, in milliseconds. */
  readonly bound: number;
}

export interface RaceReport {
  readonly writes: number;
  readonly reads: number;
  /** Answers that were none: `GET /api/handles/… 502`. */
  readonly failures: string[];
  /** Reads that saw less than one that had ended before they began, on the same process. */
  readonly backwards: string[];
  /** Reads that began later than the bound after a write was acknowledged, and did not see it. */
  readonly late: string[];
  /** Reads of its own process by a writer, right after its write was acknowledged, that did not see it. */
  readonly unread: string[];
}

export const ENOUGH = { writes: 60, reads: 300 };
const LONGEST = 30_000;

/** Many rewrite a few records through all processes of a node, and many read them: who sees what, and when. */
export async function race(options: RaceOptions): Promise<RaceReport> {
  const { processes, identifiers, writers, readers, duration, bound } = options;
  const report = { writes: 0, reads: 0, failures: [], backwards: [], late: [], unread: [] } as Mutable<RaceReport>;
  const begun = performance.now();
  const isOver = () => {
    const passed = performance.now() - begun;
    return passed > LONGEST || (passed > duration && report.writes >= ENOUGH.writes && report.reads >= ENOUGH.reads);
  };
  const acknowledged = new Map<string, { version: number; at: number }[]>(identifiers.map((id) => [id, []]));
  const seen = new Map<string, number>();

  /** The newest version that was acknowledged by that moment. */
  const newest = (identifier: string, at: number) => {
    const writes = acknowledged.get(identifier) ?? [];
    return writes.reduce((most, write) => (write.at <= at ? Math.max(most, write.version) : most), 0);
  };

  const read = async (at: number, identifier: string, more = ''): Promise<number | null> => {
    const begun = performance.now();
    const place = `${at} ${identifier}`;
    const atLeast = seen.get(place) ?? 0;
    const path = `/api/handles/${identifier}${more}`;
    const answer = await processes[at]?.get(path);
    report.reads++;
    if (answer?.status !== 200) {
      report.failures.push(`GET ${path} ${answer?.status} ${answer?.text}`);
      return null;
    }
    const version = Number(String(answer.headers.etag).slice(1, -1));
    if (version < atLeast) report.backwards.push(`${place}${more}: ${version} after ${atLeast}`);
    const due = newest(identifier, begun - bound);
    if (version < due) report.late.push(`${place}${more}: ${version}, and ${due} was due`);
    seen.set(place, Math.max(version, seen.get(place) ?? 0));
    return version;
  };

  const write = async (writer: number, turn: number) => {
    const identifier = identifiers[(writer + turn) % identifiers.length] as string;
    const at = (writer + Math.floor(turn / identifiers.length)) % processes.length;
    const body = [{ index: 1, type: 'NUMBER', data: `${writer}:${turn}` }];
    const answer = await processes[at]?.call('PUT', `/api/handles/${identifier}`, { body });
    if (answer?.status !== 200) {
      report.failures.push(`PUT ${identifier} ${answer?.status} ${answer?.text}`);
      return;
    }
    const version = Number(String(answer.headers.etag).slice(1, -1));
    acknowledged.get(identifier)?.push({ version, at: performance.now() });
    report.writes++;
    const own = await read(at, identifier);
    if (own !== null && own < version) report.unread.push(`${at} ${identifier}: ${own} after writing ${version}`);
  };

  const loop = async (turn: (n: number) => Promise<unknown>) => {
    for (let n = 0; !isOver(); n++) await turn(n);
  };
  const crowd = Array.from({ length: writers }, (_, writer) => loop((turn) => write(writer, turn)));
  for (const [at] of processes.entries()) {
    for (let reader = 0; reader < readers; reader++) {
      const pick = (n: number) => identifiers[(reader + n) % identifiers.length] as string;
      // Now and then by the way of the framework, and by that of the database.
      const more = (n: number) => (n % 16 === 3 ? '?index=1' : n % 16 === 11 ? '?auth=true' : '');
      crowd.push(loop((n) => read(at, pick(n), more(n))));
    }
  }
  await Promise.all(crowd);
  return report;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
