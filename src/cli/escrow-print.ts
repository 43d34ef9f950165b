import type { DepositFile } from '../governance/escrow/deposit-file.ts';
import { digestOfState, signerOf } from '../governance/escrow/manifest.ts';

/** What is told of a deposit in a folder. */
export function infoOf({ path, manifest }: DepositFile) {
  const { id, kind, previous, watermark, madeAt, recipient, rows, state, bytes } = manifest;
  const digest = digestOfState(state);
  return { path, id, kind, previous, watermark, madeAt, recipient, signer: signerOf(manifest), rows, bytes, digest };
}

export function textOf(deposit: DepositFile): string {
  const { path, kind, watermark, signer, digest } = infoOf(deposit);
  return `${path}\t${kind} up to change ${watermark}\tsigned by ${signer}\tdigest ${digest}`;
}
