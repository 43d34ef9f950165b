import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { eventually } from './support.ts';

/**
 * Runs the command that follows in a user namespace that has every uid and in which no further namespace can be made:
 * the container that forbids them, without harm to the machine. It waits for `openGate`, which writes the maps.
 */
export const namespaceWithoutNamespaces = [
  ...['unshare', '--user', '--', 'sh', '-c'],
  // The second shell is the first program that runs with the maps, and so with root's capabilities.
  'read gate; exec sh -c \'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"\' sh "$@"',
  'sh',
];

export async function openGate(child: ChildProcess): Promise<void> {
  const own = await readlink('/proc/self/ns/user');
  await eventually(async () => (await readlink(`/proc/${child.pid}/ns/user`)) !== own);
  for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${child.pid}/${map}`, '0 0 65536');
  child.stdin?.write('open\n');
}
