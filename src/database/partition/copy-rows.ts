import { setTimeout } from 'node:timers/promises';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Database, Queryable } from '../database.ts';
import { isRetryable } from '../errors.ts';
import { findConversion, moveOn } from './conversion.ts';
import { mirrorLock } from './mirror.ts';
import { Pace } from './pace.ts';
import { type Partitionable, partitionedName } from './partitionable.ts';
import { attemptTime, isLockTimeout } from './patient-lock.ts';
import type { TableShape } from './table-shape.ts';

/** After a batch that gave way to a writer, in milliseconds. */
const REST = 20;

export interface CopyOptions {
  readonly table: Partitionable;
  readonly shape: TableShape;
  /** Called after each batch with the rows that were copied so far. */
  readonly onCopied?: (rows: number) => void;
}

/**
 * Copies what the mirror does not bring, in the order of the keys and from where an earlier run has come to. Each batch is a
 * transaction that says how far it came, so that a crash costs one batch. Several processes that copy one table take turns.
 */
export async function copyRows(database: Database, { table, shape, onCopied }: CopyOptions): Promise<void> {
  const pace = new Pace();
  for (;;) {
    const begun = performance.now();
    const batch = await copyBatch(database, { table, shape, rows: pace.rows }).catch(giveWay);
    if (batch === null) {
      await setTimeout(REST);
      continue;
    }
    pace.took(performance.now() - begun);
    onCopied?.(batch.copied);
    if (batch.complete) return;
  }
}

/** Who copies waits only for a moment for somebody who may wait for him; then he begins the batch anew. */
function giveWay(error: unknown): null {
  if (isLockTimeout(error) || isRetryable(error)) return null;
  throw error;
}

interface Batch {
  readonly table: Partitionable;
  readonly shape: TableShape;
  readonly rows: number;
}

function copyBatch(database: Database, { table, shape, rows }: Batch) {
  return database.transaction(async (tx) => {
    await tx.query(`set local lock_timeout = ${await attemptTime(tx)}`);
    // What a crash of the server takes, it takes with how far the copy has come.
    await tx.query('set local synchronous_commit = off');
    const before = await findConversion(tx, table, { lock: true });
    if (before === null) throw taken(table);
    if (before.complete) return before;
    await tx.query(`select ${mirrorLock(table, { shared: false })}`);
    // A statement of its own: its snapshot is younger than the lock.
    const page = await copyPage(tx, { table, shape, rows, after: before.reached });
    const complete = page.rows < rows;
    const after = { reached: page.last ?? before.reached, copied: before.copied + page.rows, complete };
    await moveOn(tx, table, after);
    return after;
  });
}

async function copyPage(
  tx: Queryable,
  { table, shape, rows, after }: Batch & { after: readonly string[] | null },
): Promise<{ rows: number; last: string[] | null }> {
  const { columns, key } = shape;
  const [all, keys] = [columns.join(', '), key.join(', ')];
  await goByKey(tx);
  const text = `with page as materialized (
      select ${all} from ${table} ${beyond(key, after)} order by ${keys} limit ${rows}
    ), stored as (
      insert into ${partitionedName(table)} (${all}) select ${all} from page on conflict do nothing
    )
    select (select count(*)::int from page) as rows,
      (select array[${key.map((column) => `${column}::text`).join(', ')}] from page order by ${descending(key)} limit 1) as last`;
  const [page] = await tx.query<{ rows: number; last: string[] | null }>(text, after ?? []);
  if (page === undefined) throw new Error('A page of rows has no count');
  return page;
}

/**
 * A range of keys is read by the index and in one process, whatever the planner expects: between two bounds of two columns it
 * expects a ninth of the table, and to start processes for some rows takes a hundred times as long as to read them.
 */
export async function goByKey(tx: Queryable): Promise<void> {
  const off = ['enable_seqscan', 'enable_bitmapscan', 'enable_sort'].map((way) => `set local ${way} = off`);
  await tx.query([...off, 'set local max_parallel_workers_per_gather = 0'].join(';'));
}

/** The rows behind a key, whose values are parameters from $1 on; null: all of them. */
export function beyond(key: readonly string[], after: readonly string[] | null): string {
  return after === null ? '' : `where (${key.join(', ')}) > (${key.map((_, i) => `$${i + 1}`).join(', ')})`;
}

function descending(key: readonly string[]): string {
  return key.map((column) => `${column} desc`).join(', ');
}

function taken(table: Partitionable): KapokError {
  const message = `Somebody else has ended the partitioning of ${table} meanwhile`;
  return new KapokError('INVALID_SETTING', { message, at: table });
}
