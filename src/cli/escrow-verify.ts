import { findChain } from '../governance/escrow/deposit-chain.ts';
import { assertWhole, type DepositFile, listDeposits, readData } from '../governance/escrow/deposit-file.ts';
import { open } from '../governance/escrow/seal.ts';
import { readKeyFile } from './escrow-key-file.ts';
import { infoOf, textOf } from './escrow-print.ts';
import { type OutputOptions, print } from './output.ts';

export interface VerifyOptions extends OutputOptions {
  readonly signer?: string;
  readonly key?: string;
}

/** `kapok escrow verify FOLDER`: whether a node could be rebuilt from it. */
export async function verifyDeposits(folder: string, { signer, key, ...options }: VerifyOptions): Promise<void> {
  const deposits = await listDeposits(folder);
  for (const deposit of deposits) await assertWhole(deposit);
  const chain = findChain(deposits, signer ?? null);
  if (key !== undefined) await assertOpens(chain, key);
  print(chain.map(infoOf), options, chain.map(textOf).join('\n'));
}

async function assertOpens(chain: readonly DepositFile[], file: string): Promise<void> {
  const key = readKeyFile(file);
  for (const deposit of chain) for await (const piece of open(readData(deposit), key)) void piece;
}
