import type { NodeKey } from '../../access/node-key.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Actor, appendAudit } from './append-audit.ts';
import { findCheckpoint, signCheckpoint } from './audit-checkpoint.ts';
import { LEAST_DAYS } from './retention.ts';

export interface Pruning {
  /** The last entry that goes, and the hash that its export gives it: whoever names it has read it. */
  readonly through: number;
  readonly hash: string;
  /** Entries of this many days stay, at least. */
  readonly days: number;
  readonly reason: string | null;
  readonly actor: Actor;
  readonly node: string;
  readonly key: NodeKey;
  readonly now: () => number;
}

export interface Pruned {
  readonly removed: number;
  /** The first entry that is left. */
  readonly first: number;
}

/**
 * Removes the entries from the beginning of the chain up to one, and leaves a signed checkpoint in their place. Throws BAD_REQUEST
 * for entries that are to be kept, that are not whole, or that are others than were exported.
 */
export function pruneAudit(database: Database, pruning: Pruning): Promise<Pruned> {
  const { through: seq, hash, days, reason, actor, node, key, now } = pruning;
  if (days < LEAST_DAYS) throw wrong('days', `The audit log is kept for at least ${LEAST_DAYS} days`);
  return database.transaction(async (tx) => {
    await tx.query('set local statement_timeout = 0');
    // One after the other; entries are appended meanwhile.
    await tx.query('lock table audit_checkpoints in share row exclusive mode');
    const before = (await findCheckpoint(tx))?.checkpoint.seq ?? 0;
    await assertExported(tx, { seq, hash });
    await assertOld(tx, { seq, days });
    const removed = seq - before;
    await assertWhole(tx, { seq, removed });
    const signed = signCheckpoint({ node, at: new Date(now()).toISOString(), seq, hash }, key);
    await tx.query('insert into audit_checkpoints (seq, signed) values ($1, $2)', [seq, JSON.stringify(signed)]);
    await tx.query('delete from audit_entries where seq <= $1', [seq]);
    const after = { removed, through: seq, hash, days };
    await appendAudit(tx, {
      action: 'audit.prune',
      actor,
      kind: 'audit',
      id: String(seq),
      prefix: null,
      reason,
      after,
    });
    return { removed, first: seq + 1 };
  });
}

async function assertExported(tx: Queryable, { seq, hash }: { seq: number; hash: string }): Promise<void> {
  const text = `select encode(hash, 'hex') as hash from audit_entries where seq = $1`;
  const [row] = await tx.query<{ hash: string }>(text, [seq]);
  if (row === undefined) throw wrong('through', `There is no entry ${seq}`);
  if (row.hash !== hash) throw wrong('hash', `Entry ${seq} has another hash here: it is not the one that was exported`);
}

async function assertOld(tx: Queryable, { seq, days }: { seq: number; days: number }): Promise<void> {
  const text = `select seq, ${utc('at', 'at')} from audit_entries
    where seq <= $1 and audit_entries.at > now() - make_interval(days => $2) order by seq limit 1`;
  const [young] = await tx.query<{ seq: number; at: string }>(text, [seq, days]);
  if (young === undefined) return;
  throw wrong('through', `Entry ${young.seq} is of ${young.at}, and entries are kept for ${days} days`);
}

/** Nobody may hide under a checkpoint what is missing already. */
async function assertWhole(tx: Queryable, { seq, removed }: { seq: number; removed: number }): Promise<void> {
  const text = 'select count(*)::int8 as count from audit_entries where seq <= $1';
  const [row] = await tx.query<{ count: number }>(text, [seq]);
  if (row?.count === removed) return;
  throw wrong('through', `Of the ${removed} entries up to ${seq} there are ${row?.count}: verify an export first`);
}

function wrong(at: string, message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at });
}
