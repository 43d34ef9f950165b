import { KapokError } from '../../errors/kapok-error.ts';
import type { Database, Queryable } from '../database.ts';
import { abandon } from './abandon.ts';
import { findPartitionable } from './assert-partitionable.ts';
import { compareRows } from './compare-rows.ts';
import { beginConversion, findConversion } from './conversion.ts';
import { copyRows } from './copy-rows.ts';
import { exchange } from './exchange.ts';
import { installMirror } from './mirror.ts';
import { waitForOldSnapshots } from './old-snapshots.ts';
import { type Partitionable, partitionedName } from './partitionable.ts';
import { createPartitioned } from './partitioned-table.ts';
import { withLocks } from './patient-lock.ts';
import { isSameShape, readShape, type TableShape } from './table-shape.ts';

/** `wait`: for transactions that began before. `lock`: an attempt to lock was given up; `done` counts them. */
export interface PartitionProgress {
  readonly table: Partitionable;
  readonly step: 'copy' | 'compare' | 'wait' | 'lock';
  readonly done: number;
  /** About how many; null: it is not known. */
  readonly of: number | null;
}

export interface PartitionOptions {
  readonly tables: readonly Partitionable[];
  readonly parts: number;
  /** Attempts to lock a table; some ten minutes when absent. */
  readonly attempts?: number;
  readonly onProgress?: (progress: PartitionProgress) => void;
}

export interface Partitioned {
  readonly table: Partitionable;
  readonly parts: number;
  readonly rows: number;
  /** For how long a statement had to wait for the exchange, in milliseconds; null: it is not known. */
  readonly waitedMs: number | null;
}

/**
 * Partitions tables by a hash of the prefix, one after the other, while nodes read and write them: a partitioned table is made
 * beside the plain one, mirrors what is written from then on, gets all that was written before, is compared with it row by row, and
 * takes its place. What was begun before is gone on with, what is done left alone. Throws INVALID_SETTING before anything is done where it cannot be.
 */
export async function partitionTables(database: Database, options: PartitionOptions): Promise<Partitioned[]> {
  const { parts } = options;
  const tables = await findPartitionable(database, options.tables, parts);
  for (const table of tables) await assertSameParts(database, table, parts);
  const partitioned: Partitioned[] = [];
  for (const table of tables) partitioned.push(await partitionTable(database, table, options));
  return partitioned;
}

async function partitionTable(
  database: Database,
  table: Partitionable,
  options: PartitionOptions,
): Promise<Partitioned> {
  const { parts, attempts, onProgress } = options;
  const patience = attempts === undefined ? {} : { attempts };
  const tell = (step: PartitionProgress['step'], of: number | null) => (done: number) =>
    onProgress?.({ table, step, done, of });
  const onRefused = tell('lock', null);
  const shape = await begin(database, table, { parts, ...patience, onRefused });
  const about = await estimate(database, table);
  await copyRows(database, { table, shape, onCopied: tell('copy', about) });
  await analyze(database, table);
  const rows = await compareRows(database, { table, shape, onCompared: tell('compare', about) });
  await waitForOldSnapshots(database, tell('wait', null));
  const waitedMs = await exchange(database, { table, ...patience, onRefused });
  return { table, parts, rows, waitedMs };
}

interface Beginning {
  readonly parts: number;
  readonly attempts?: number;
  readonly onRefused: (attempt: number) => void;
}

/** Makes what is not there yet. */
async function begin(database: Database, table: Partitionable, { parts, ...patience }: Beginning): Promise<TableShape> {
  const shape = await readShape(database, table);
  if ((await findConversion(database, table)) !== null) {
    if (isSameShape(shape, await readShape(database, partitionedName(table)))) return shape;
    // A migration has come since: what was copied lacks it.
    await abandon(database, table, patience);
  }
  return withLocks(database, { table, relations: [table], mode: 'share row exclusive', ...patience }, async (tx) => {
    const found = await readShape(tx, table);
    await createPartitioned(tx, table, { shape: found, parts });
    await installMirror(tx, table, found);
    await beginConversion(tx, table, parts);
    return found;
  });
}

async function assertSameParts(tx: Queryable, table: Partitionable, parts: number): Promise<void> {
  const conversion = await findConversion(tx, table);
  if (conversion === null || conversion.parts === parts) return;
  const message = `${table} is being partitioned into ${conversion.parts} parts already: go on with that number, or abandon it before`;
  throw new KapokError('INVALID_SETTING', { message, at: 'parts' });
}

/** As the server's own statistics have it. */
async function estimate(tx: Queryable, table: Partitionable): Promise<number | null> {
  const [row] = await tx.query<{ rows: number }>(
    'select reltuples::int8 as rows from pg_class where oid = $1::regclass',
    [table],
  );
  return row === undefined || row.rows < 0 ? null : row.rows;
}

/** The first statement after the exchange must not be planned for empty tables. */
function analyze(database: Database, table: Partitionable): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.query('set local statement_timeout = 0');
    await tx.query(`analyze ${partitionedName(table)}`);
  });
}
