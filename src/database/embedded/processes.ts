import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessFacts {
  /** Differs between two processes that were given the same pid one after the other; `[A-Za-z0-9.]+`. */
  readonly startMark: string;
  readonly command: readonly string[];
  /** The working directory; null where the system hides it. */
  readonly folder: string | null;
}

/** What runs under a pid; null when nothing does. A zombie is nothing: where init never reaps, it stays. */
export function findProcess(pid: number): ProcessFacts | null {
  return process.platform === 'linux' ? findInProc(pid) : findWithPs(pid);
}

/** Every process that we may see, with its command line or the title that it gave itself. */
export function listProcesses(): { pid: number; command: string }[] {
  if (process.platform !== 'linux') {
    const lines = runPs(['-ax', '-o', 'pid=,command=']).split('\n');
    return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, '') }));
  }
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.map((pid) => ({ pid, command: readProc(pid, 'cmdline')?.replaceAll('\0', ' ') ?? '' }));
}

/** Whether the kernel still knows the pid, be it as a zombie: what PostgreSQL itself asks about its pid file. */
export function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Resolves to whether the condition came true within the limit. */
export async function becomesTrue(condition: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() >= deadline) return false;
    await delay(20);
  }
  return true;
}

function findInProc(pid: number): ProcessFacts | null {
  const stat = readProc(pid, 'stat');
  if (stat === null) return null;
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return {
    // The start time counts from boot, so it repeats after a reboot: the boot's own id goes with it.
    startMark: `${bootMark()}.${fields[19]}`,
    command: (readProc(pid, 'cmdline') ?? '').split('\0'),
    folder: readFolder(pid),
  };
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // A process may end between any two reads; ENOENT and ESRCH both say so.
    return null;
  }
}

function readFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // Hidden from a root without CAP_SYS_PTRACE, as in most containers; the command line is what remains.
    return null;
  }
}

function bootMark(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
}

function findWithPs(pid: number): ProcessFacts | null {
  // `S    Sun Nov 23 00:29:12 2025 /path/postgres -D …`
  const [state, ...rest] = runPs(['-o', 'state=,lstart=,command=', '-p', `${pid}`])
    .trim()
    .split(/\s+/);
  if (!state || state.startsWith('Z')) return null;
  return { startMark: rest.slice(0, 5).join('.').replaceAll(':', '.'), command: rest.slice(5), folder: null };
}

function runPs(args: readonly string[]): string {
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C' };
  return spawnSync('ps', ['-ww', ...args], { encoding: 'utf8', env }).stdout ?? '';
}
