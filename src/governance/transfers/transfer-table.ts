import type { Caller, Scope } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Value } from '../../record/value.ts';
import type { Transfer, TransferState } from './transfer.ts';

const COLUMNS = `id, prefix, suffix_key as "suffixKey", identifier, giver, receiver, key, state, offered_by as "offeredBy",
  ${utc('offered_at', 'offeredAt')}, ${utc('expires_at', 'expiresAt')}, ${utc('accepted_at', 'acceptedAt')},
  ${utc('until', 'until')}, remarks, version`;

type TransferRow = Transfer & Record<string, unknown>;

export async function findTransfer(database: Queryable, id: string): Promise<Transfer | null> {
  const text = `select ${COLUMNS} from transfers where id = $1`;
  const [row] = await database.query<TransferRow>({ name: 'find_transfer', text }, [id]);
  return row ?? null;
}

/** What a step needs beside what is told. */
export interface TransferMatter {
  readonly admins: readonly Value[] | null;
  /** What taking back restores. */
  readonly former: unknown;
}

/** Throws TRANSFER_NOT_FOUND. */
export async function lockTransfer(tx: Queryable, id: string): Promise<Transfer & TransferMatter> {
  const text = `select ${COLUMNS}, admins, former from transfers where id = $1 for update`;
  const [row] = await tx.query<TransferRow & TransferMatter>({ name: 'lock_transfer', text }, [id]);
  if (row === undefined) throw new KapokError('TRANSFER_NOT_FOUND');
  return row;
}

export interface NewTransfer
  extends Pick<Transfer, 'prefix' | 'suffixKey' | 'identifier' | 'giver' | 'receiver' | 'key' | 'offeredBy'> {
  readonly offeredAt: Date;
  readonly expiresAt: Date;
  readonly admins: readonly Value[] | null;
}

/** Throws TRANSFER_UNDER_WAY when another one of the same is. */
export async function insertTransfer(tx: Queryable, transfer: NewTransfer): Promise<Transfer> {
  const { prefix, suffixKey, identifier, giver, receiver, key, offeredBy, offeredAt, expiresAt, admins } = transfer;
  const text = `insert into transfers (prefix, suffix_key, identifier, giver, receiver, key, state, offered_by, offered_at, expires_at, admins)
    values ($1, $2, $3, $4, $5, $6, 'offered', $7, $8, $9, $10) on conflict do nothing returning ${COLUMNS}`;
  const told = [prefix, suffixKey, identifier, giver, receiver, key, offeredBy, offeredAt, expiresAt];
  const [row] = await tx.query<TransferRow>(text, [...told, admins === null ? null : JSON.stringify(admins)]);
  if (row !== undefined) return row;
  throw new KapokError('TRANSFER_UNDER_WAY', { subject: identifier ?? prefix });
}

export interface TransferChange {
  readonly state: TransferState;
  readonly key: string | null;
  readonly remarks: string | null;
  readonly acceptedAt: string | null;
  readonly until: string | null;
  readonly former: unknown;
}

/** Under its lock. */
export async function updateTransfer(tx: Queryable, id: string, change: TransferChange): Promise<Transfer> {
  const { state, key, remarks, acceptedAt, until, former } = change;
  const text = `update transfers set state = $2, key = $3, remarks = $4, accepted_at = $5, until = $6, former = $7,
      version = version + 1, updated_at = now() where id = $1 returning ${COLUMNS}`;
  const json = former === null || former === undefined ? null : JSON.stringify(former);
  const [row] = await tx.query<TransferRow>(text, [id, state, key, remarks, acceptedAt, until, json]);
  if (row === undefined) throw new Error('The transfer that was locked is gone');
  return row;
}

export interface TransferFilter {
  readonly caller: Caller;
  /** The subtrees in which the caller sees all of them. */
  readonly scopes: readonly Scope[];
  readonly state: TransferState | null;
  /** The newest first: older than this. */
  readonly before: string | null;
  readonly limit: number;
}

const LIST = {
  name: 'list_transfers',
  text: `select ${COLUMNS} from transfers
    where (giver = any($1::uuid[]) or receiver = any($1::uuid[]) or key = $2 or offered_by = $3
        or exists (select from unnest($4::text[]) as s where s = '' or prefix = s or starts_with(prefix, s || '.')))
      and ($5::text is null or state = $5) and ($6::timestamptz is null or offered_at < $6)
    order by offered_at desc, id limit $7`,
};

/** Those that are the caller's, and those in its scopes; the newest first. */
export function listTransfers(
  database: Queryable,
  { caller, scopes, state, before, limit }: TransferFilter,
): Promise<Transfer[]> {
  const own = [caller.organisations, caller.subject, caller.id];
  return database.query<TransferRow>(LIST, [...own, scopes, state, before, limit]);
}
