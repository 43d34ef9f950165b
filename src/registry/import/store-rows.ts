import type { Connection, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { announceRecords } from '../announce-records.ts';
import { copyNewRows, encodeNewRows } from './copy-rows.ts';
import { type Existing, findExisting } from './find-existing.ts';
import { holdCases } from './hold-cases.ts';
import type { Outcome } from './outcome.ts';
import type { ReadyRow } from './prepare-row.ts';
import { replaceRows } from './replace-rows.ts';
import { type SlowWriting, writeSlowly } from './write-slowly.ts';

export interface Storing extends SlowWriting {
  readonly tx: Queryable;
  readonly connection: Connection;
}

/**
 * Stores rows with distinct names, in the order of the names: records, what they take the place of, changes. Records that
 * exist are locked first, the others go in by COPY. Another writer that registers one of these at the same moment makes the
 * transaction fail with a unique violation; a second try sees the record.
 */
export async function storeRows(rows: readonly ReadyRow[], storing: Storing): Promise<Map<ReadyRow, Outcome>> {
  const { tx, connection, actor } = storing;
  const late = await holdCases(tx, rows);
  const steady = late.size === 0 ? rows : rows.filter((row) => !late.has(row));
  const existing = await findExisting(tx, steady, { lock: true });
  const { outcomes, created, replaced, slow } = sortRows(steady, existing, storing);
  for (const [row, refusal] of late) outcomes.set(row, refusal);
  await replaceRows(tx, replaced, actor);
  if (created.length > 0) await copyNewRows(connection, { pieces: encodeNewRows(created, actor) });
  const written = rows.filter((row) => typeof outcomes.get(row) === 'number');
  await announceRecords(
    tx,
    written.map((row) => changeOf(row, outcomes.get(row) as number)),
  );
  for (const row of slow) outcomes.set(row, await writeSlowly(tx, row, storing));
  return outcomes;
}

/** The same for rows of which none is expected to exist, encoded already: one that does fails with a unique violation. */
export async function storeNewRows(
  rows: readonly ReadyRow[],
  {
    tx,
    connection,
    encoded,
    onSent,
  }: Pick<Storing, 'tx' | 'connection'> & { encoded: readonly Buffer[]; onSent: () => void },
): Promise<void> {
  await copyNewRows(connection, { pieces: encoded, onSent });
  await announceRecords(
    tx,
    rows.map((row) => changeOf(row, 1)),
  );
}

export interface SortedRows {
  readonly outcomes: Map<ReadyRow, Outcome>;
  readonly created: readonly ReadyRow[];
  readonly replaced: readonly ReadyRow[];
  /** Those on which more is to be decided than a bulk statement can. */
  readonly slow: readonly ReadyRow[];
}

/** What is to be done with each row. */
export function sortRows(
  rows: readonly ReadyRow[],
  existing: ReadonlyMap<ReadyRow, Existing>,
  { overwrite, rights }: Pick<SlowWriting, 'overwrite' | 'rights'>,
): SortedRows {
  const [created, replaced, slow]: ReadyRow[][] = [[], [], []] as never;
  const outcomes = new Map<ReadyRow, Outcome>();
  for (const row of rows) {
    const found = existing.get(row);
    if (isSlow(row, found, rights)) {
      slow?.push(row);
    } else if (found === undefined) {
      created?.push(row);
      outcomes.set(row, 1);
    } else if (overwrite || found.tombstone) {
      replaced?.push(row);
      outcomes.set(row, found.version + 1);
    } else {
      outcomes.set(row, new KapokError('ALREADY_EXISTS'));
    }
  }
  return { outcomes, created: created ?? [], replaced: replaced ?? [], slow: slow ?? [] };
}

/** The one place that says which rows are written one by one. */
function isSlow(
  { identifier, slow }: ReadyRow,
  found: Existing | undefined,
  { mayReplace }: SlowWriting['rights'],
): boolean {
  if (slow) return true;
  if (found === undefined) return false;
  return found.guarded || (!found.tombstone && !mayReplace(identifier.prefix));
}

function changeOf({ identifier, suffixKey }: ReadyRow, version: number) {
  return { prefix: identifier.prefix, suffixKey, version };
}
