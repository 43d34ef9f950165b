import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KapokError } from '../../errors/kapok-error.ts';
import { isPresent } from './files.ts';
import { findProcess } from './processes.ts';

/** The right of one live process to run a server on a data folder. */
export interface Claim {
  release(): Promise<void>;
}

/**
 * Claims a data folder for this process, or throws INVALID_SETTING naming the live process that has it.
 *
 * Every claim is a file with a name of its own, `pid-startMark-nonce`, so that removing what a dead process left can
 * never remove a living claim: the race of every scheme with one lock file. A claim is made first and held after a look
 * at the others. Of two claims the later one sees the earlier one, and it steps back when that one is held or has the
 * smaller name; otherwise it waits until that one has decided. So at most one is held, and the smallest undecided is.
 */
export async function claimDataFolder(dataDir: string): Promise<Claim> {
  const folder = join(dataDir, 'owners');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mine = `${process.pid}-${findProcess(process.pid)?.startMark}-${randomUUID().slice(0, 8)}`;
  const release = () => removeClaim(folder, mine);
  await createEmpty(join(folder, mine));
  try {
    for (;;) {
      const others = (await liveClaims(folder)).filter((claim) => claim.name !== mine);
      const better = others.find((claim) => claim.held) ?? others.find((claim) => claim.name < mine);
      if (better) throw inUse(dataDir, better.name);
      if (others.length === 0) break;
      await delay(5);
    }
    await createEmpty(join(folder, `${mine}.held`));
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function liveClaims(folder: string): Promise<{ name: string; held: boolean }[]> {
  const live = [];
  for (const name of await readdir(folder)) {
    if (name.endsWith('.held')) continue;
    if (isOfLiveProcess(name)) live.push({ name, held: await isPresent(join(folder, `${name}.held`)) });
    else await removeClaim(folder, name);
  }
  return live;
}

/** A pid alone proves nothing, it may have been given to another process since: the start of the process must match. */
function isOfLiveProcess(name: string): boolean {
  const [pid, startMark] = name.split('-');
  return findProcess(Number(pid))?.startMark === startMark;
}

async function removeClaim(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
  await rm(join(folder, `${name}.held`), { force: true });
}

async function createEmpty(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await file.close();
}

function inUse(dataDir: string, name: string): KapokError {
  const pid = name.split('-')[0];
  return new KapokError('INVALID_SETTING', {
    message: `The data folder ${dataDir} is in use by process ${pid}; stop it, or name another folder`,
  });
}
