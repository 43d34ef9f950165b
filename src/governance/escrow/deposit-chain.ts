import { KapokError } from '../../errors/kapok-error.ts';
import type { DepositFile } from './deposit-file.ts';
import { signerOf } from './manifest.ts';

/**
 * The deposits that make the newest state, a full one first. Throws DEPOSIT_GAP when one that is needed is missing, and
 * DEPOSIT_SIGNER when they are not all of the node that is expected; without an expectation, of one node.
 */
export function findChain(deposits: readonly DepositFile[], signer: string | null): DepositFile[] {
  const newest = deposits.reduce<DepositFile | null>((a, b) => (a === null || isNewer(b, a) ? b : a), null);
  if (newest === null) throw new KapokError('DEPOSIT_GAP', { message: 'There is no deposit in the folder' });
  assertOf(newest, signer);
  const chain = [newest];
  for (let at = newest; at.manifest.kind === 'incremental'; chain.unshift(at)) {
    const { previous } = at.manifest;
    const before = deposits.find(({ manifest }) => manifest.id === previous);
    if (before === undefined) throw gap(at.path, `goes on from the deposit ${previous}, which is not in the folder`);
    if (before.manifest.watermark > at.manifest.watermark || chain.includes(before))
      throw gap(at.path, `says that it goes on from ${before.path}, which is newer`);
    assertOf(before, signerOf(newest.manifest));
    at = before;
  }
  return chain;
}

function isNewer(a: DepositFile, b: DepositFile): boolean {
  const { watermark, madeAt } = b.manifest;
  return a.manifest.watermark > watermark || (a.manifest.watermark === watermark && a.manifest.madeAt > madeAt);
}

/** A node that was rebuilt with another key is another signer. */
function assertOf({ path, manifest }: DepositFile, signer: string | null): void {
  const actual = signerOf(manifest);
  if (signer === null || actual === signer) return;
  throw new KapokError('DEPOSIT_SIGNER', { message: `${path} is signed by ${actual}, not by ${signer}` });
}

function gap(path: string, reason: string): KapokError {
  return new KapokError('DEPOSIT_GAP', { message: `${path} ${reason}` });
}
