import { spawn } from 'node:child_process';
import type { Binaries } from './binaries.ts';
import type { Owner } from './files.ts';

/** PostgreSQL refuses root; this uid, "nobody", owns nothing else. */
const NOBODY = 65534;

/**
 * All that the server's processes see of our environment: no PG* variable bends them, and no secret of ours is readable
 * in theirs. The messages are English because some of them are recognised.
 */
export const serverEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
} as const;

/** A way to run the programs of PostgreSQL. */
export interface RunAs {
  readonly name: string;
  /** Who the cluster's files belong to, seen from outside of any user namespace; null: whoever makes them. */
  readonly owner: Owner | null;
  command(file: string, args: readonly string[]): Command;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly identity: { uid?: number; gid?: number };
}

/** The ways to try, best first, for a cluster below a folder with the given owner. */
export function runAsCandidates(folder: Owner): readonly RunAs[] {
  if (process.getuid?.() !== 0) return [asOurselves];
  const ways = [asUser({ uid: NOBODY, gid: NOBODY }), asMappedUser];
  return folder.uid === 0 || folder.uid === NOBODY ? ways : [...ways, asUser(folder)];
}

const asOurselves: RunAs = {
  name: 'the user of this process',
  owner: null,
  command: (file, args) => ({ file, args, identity: {} }),
};

function asUser({ uid, gid }: Owner): RunAs {
  return { name: `uid ${uid}`, owner: { uid, gid }, command: (file, args) => ({ file, args, identity: { uid, gid } }) };
}

/** Inside a user namespace the server is "nobody"; outside, a root without capabilities: root's folders open. */
const asMappedUser: RunAs = {
  name: `uid ${NOBODY} in a user namespace`,
  owner: { uid: 0, gid: 0 },
  command: (file, args) => ({
    file: 'unshare',
    args: ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', file, ...args],
    identity: {},
  }),
};

/** Asks the kernel itself rather than computing modes: enter the folder, have a user name (initdb wants one), run. */
const PROBE = 'cd "$1" && id -un >/dev/null && test -r "$2/native/share" && exec "$3" --version';

/** Why the programs cannot run this way with this folder; null when they can. */
export async function whyUnfit(runAs: RunAs, folder: string, binaries: Binaries): Promise<string | null> {
  const { code, output } = await run(
    runAs.command('/bin/sh', ['-c', PROBE, 'sh', folder, binaries.root, binaries.postgres]),
  );
  return code === 0 ? null : `as ${runAs.name}: ${output.trim().split('\n').at(-1) || `exit code ${code}`}`;
}

/** Runs a command to its end; a command that cannot be spawned has the code null. */
export async function run(command: Command): Promise<{ code: number | null; output: string }> {
  try {
    return await collect(command);
  } catch (error) {
    // ENOENT is an event, but a uid that the kernel refuses (EPERM, EINVAL) is thrown by spawn itself.
    return { code: null, output: (error as Error).message };
  }
}

function collect({ file, args, identity }: Command): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...identity,
      cwd: '/',
      env: serverEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
