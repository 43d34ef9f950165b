import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KapokError } from '../errors/kapok-error.ts';
import { readOpeningKey } from '../governance/escrow/recipient.ts';

/** The key that opens deposits. Throws DEPOSIT_KEY when the file holds none. */
export function readKeyFile(file: string): KeyObject {
  try {
    return readOpeningKey(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof KapokError) throw cause;
    throw new KapokError('DEPOSIT_KEY', { message: `${file} cannot be read`, cause });
  }
}
