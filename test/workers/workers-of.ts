import { spawnSync } from 'node:child_process';

/** The process ids of the workers of a node, which are the children of its supervisor. */
export function workersOf({ pid }: { readonly pid: number }): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return lines.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}
