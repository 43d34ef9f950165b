import { readFileSync } from 'node:fs';
import type { Served } from './cpu.ts';

/**
 * Bytes of memory that the processes hold now (VmRSS of proc(5)); null where that cannot be read. PostgreSQL is left out: its
 * processes share what they hold, and it would be counted for each.
 */
export function residentBytes(served: readonly Served[]): number | null {
  if (process.platform !== 'linux') return null;
  let sum = 0;
  for (const { pid, children = false } of served) {
    if (children) continue;
    const bytes = pid === null ? null : residentOf(pid);
    if (bytes === null) return null;
    sum += bytes;
  }
  return sum;
}

function residentOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : 1024 * Number(kilobytes);
  } catch {
    return null;
  }
}
