import { KapokError } from '../errors/kapok-error.ts';
import { assertWhole, listDeposits } from '../governance/escrow/deposit-file.ts';
import { keepDeposit } from '../governance/escrow/deposit-folder.ts';
import { infoOf, textOf } from './escrow-print.ts';
import { type OutputOptions, print } from './output.ts';
import { createTargetClient, type TargetOptions } from './target.ts';

export interface DepositOptions extends TargetOptions, OutputOptions {
  readonly to: string;
  readonly recipient: string;
  readonly keysFor?: string;
  readonly keys: boolean;
  readonly full?: true;
  readonly incremental?: true;
}

/** `kapok escrow deposit`: a deposit comes into a folder whole, or not at all. */
export async function fetchDeposit({
  to,
  recipient,
  keysFor,
  keys,
  full,
  incremental,
  ...options
}: DepositOptions): Promise<void> {
  const previous = full ? undefined : await findNewest(to, recipient);
  if (incremental && previous === undefined)
    throw new KapokError('DEPOSIT_GAP', { message: `${to} holds no deposit for ${recipient} to go on from` });
  const holder = keys ? (keysFor === undefined ? {} : { keysFor }) : { keysFor: null };
  const body = { recipient, ...holder, ...(previous === undefined ? {} : { previous }) };
  const stream = await createTargetClient(options).makeDeposit({ body });
  const kept = await keepDeposit(to, async (write) => {
    for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) await write(Buffer.from(piece));
  });
  await assertWhole(kept);
  print(infoOf(kept), options, textOf(kept));
}

/** A folder that is not there yet holds none. */
async function findNewest(folder: string, recipient: string): Promise<string | undefined> {
  const deposits = await listDeposits(folder).catch((error: unknown) => {
    if (error instanceof KapokError && error.code === 'DEPOSIT_GAP') return [];
    throw error;
  });
  return deposits.findLast(({ manifest }) => manifest.recipient === recipient)?.manifest.id;
}
