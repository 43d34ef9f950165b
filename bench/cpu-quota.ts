import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Microseconds in which a group may take its share. What it does not come to take is lost, so the shorter, the more a program beside
 * it takes away; the longer, the longer everybody waits once it is used up.
 */
const PERIOD = 50_000;
/** With less of a core than this a node does little but what it does when nobody asks. */
export const LEAST_QUOTA = 0.1;

/** A control group of Linux: its processes together get no more of the processors than they are told. */
export interface CpuGroup {
  add(pid: number): void;
  /** In cores. */
  limit(quota: number): void;
  /** Its processes must have ended. */
  remove(): void;
}

/** Where groups can be made: the folder of ours, and which of the two interfaces of the kernel it has. */
export interface GroupFolder {
  readonly path: string;
  readonly version: 1 | 2;
}

/**
 * Of the texts of `/proc/self/mountinfo` and `/proc/self/cgroup` (proc(5), cgroups(7)). With version 2 it is the top of what can be
 * seen: a group with processes of its own may not share out the processors below it, but for the root.
 */
export function findGroupFolder({ mounts, groups }: { mounts: string; groups: string }): GroupFolder | null {
  for (const line of mounts.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root = '/', mountPoint = ''] = left.split(' ');
    const [type = '', , options = ''] = right.split(' ');
    if (type !== 'cgroup' || !options.split(',').includes('cpu')) continue;
    const own = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1] ?? '/';
    const below = own.startsWith(root) ? own.slice(root === '/' ? 0 : root.length) : '/';
    return { path: join(mountPoint, below), version: 1 };
  }
  const unified = mounts.split('\n').find((line) => line.includes(' - cgroup2 '));
  return unified === undefined ? null : { path: unified.split(' ')[4] as string, version: 2 };
}

/** A new group; throws where this process may make none. */
export function openCpuGroup({ path, version }: GroupFolder, name: string): CpuGroup {
  if (version === 2) shareProcessors(path);
  const folder = join(path, name);
  mkdirSync(folder);
  const write = (file: string, text: string | number) => writeFileSync(join(folder, file), String(text));
  return {
    add: (pid) => write('cgroup.procs', pid),
    limit: (quota) => {
      const microseconds = Math.round(quota * PERIOD);
      if (version === 2) return write('cpu.max', `${microseconds} ${PERIOD}`);
      write('cpu.cfs_period_us', PERIOD);
      write('cpu.cfs_quota_us', microseconds);
    },
    remove: () => rmdirSync(folder),
  };
}

/** Gives the groups below control of the processors, where they have none yet. */
function shareProcessors(path: string): void {
  const file = join(path, 'cgroup.subtree_control');
  if (readFileSync(file, 'utf8').split(/\s+/).includes('cpu')) return;
  writeFileSync(file, '+cpu');
}

/** The groups' folder of this process, tried out; a text says why there is none. */
export function usableGroupFolder(): GroupFolder | string {
  if (process.platform !== 'linux') return 'processes are given a quota by control groups, which Linux alone has';
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const found = findGroupFolder({ mounts: read('/proc/self/mountinfo'), groups: read('/proc/self/cgroup') });
  if (found === null) return 'there are no control groups on this machine';
  try {
    const group = openCpuGroup(found, `kapok-bench-try-${process.pid}`);
    try {
      group.limit(1);
    } finally {
      group.remove();
    }
    return found;
  } catch (error) {
    return `no control group can be made in ${found.path}: ${(error as Error).message}`;
  }
}
