import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second towards programs, whatever the kernel's own clock is (proc(5), USER_HZ). */
const TICKS = 100;

/** A process whose CPU time belongs to a profile. */
export interface Served {
  /** Null: it runs where we cannot see it. */
  readonly pid: number | null;
  /** PostgreSQL works in children: they count too, also those that have ended. */
  readonly children?: boolean;
}

/** User and system seconds that the processes have spent so far; null where that cannot be read. */
export function cpuSeconds(served: readonly Served[]): number | null {
  if (process.platform !== 'linux') return null;
  let ticks = 0;
  for (const { pid, children = false } of served) {
    const own = pid === null ? null : readStat(pid);
    if (own === null) return null;
    ticks += own.ticks;
    if (children) ticks += own.endedChildren + ticksBelow(pid as number);
  }
  return ticks / TICKS;
}

/** What all programs of the machine have spent so far; null where that cannot be read. */
export function machineCpuSeconds(): number | null {
  if (process.platform !== 'linux') return null;
  // `cpu  user nice system idle …`, proc(5).
  const [user, nice, system] = readFileSync('/proc/stat', 'utf8').slice(3).trim().split(/\s+/, 3).map(Number);
  return ((user ?? 0) + (nice ?? 0) + (system ?? 0)) / TICKS;
}

/** The processes that a process has started and that live. */
export function childrenOf(parent: number): number[] {
  return statsBelow(parent).map(({ pid }) => pid);
}

function ticksBelow(parent: number): number {
  return statsBelow(parent).reduce((sum, { ticks }) => sum + ticks, 0);
}

function statsBelow(parent: number): { pid: number; ticks: number }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((text) => {
    const stat = readStat(Number(text));
    return stat?.parent === parent ? { pid: Number(text), ticks: stat.ticks } : [];
  });
}

/** proc(5), /proc/[pid]/stat: the name in parentheses may hold anything, the fields after it are numbers. */
function readStat(pid: number): { parent: number; ticks: number; endedChildren: number } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended between the listing and the reading.
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return { parent: field(4), ticks: field(14) + field(15), endedChildren: field(16) + field(17) };
}
