import { statfs } from 'node:fs/promises';
import { NotMeasured } from './profile.ts';

const GIB = 2 ** 30;

/** Throws NotMeasured when the folder's disk has no room for what is to be made. */
export async function assertRoom(folder: string, { bytes, what }: { bytes: number; what: string }): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const told = (size: number) => `${(size / GIB).toFixed(1)} GiB`;
  throw new NotMeasured(`${what} take some ${told(bytes)}; ${folder} has ${told(free)} left`);
}
