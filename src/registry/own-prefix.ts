import type { Database } from '../database/database.ts';
import { SYSTEM } from '../governance/audit/append-audit.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { DEFAULT_DELEGATION_TTL } from './prefix-entry.ts';
import { writePrefixes } from './write-prefixes.ts';

/** A node that hosts always hosts its own prefix; what an operator has since set for it is kept. */
export async function ensureOwnPrefix(database: Database, prefix: Prefix): Promise<void> {
  if ((await database.query('select from prefixes where prefix = $1', [prefix])).length > 0) return;
  const defaults = { status: 'active', site: null, ttl: DEFAULT_DELEGATION_TTL, suffixCase: 'insensitive' } as const;
  await writePrefixes(database, [{ prefix, ...defaults, label: '' }], { actor: SYSTEM });
}
