import { setTimeout } from 'node:timers/promises';
import { copyRows } from '../../database/copy.ts';
import type { Database, Statement } from '../../database/database.ts';
import { isRetryable } from '../../database/errors.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { failedRow, type ReadyRow } from './prepare-row.ts';
import type { RowResult } from './rows.ts';

const STAGE = `create temp table if not exists import_rows (
  n integer, prefix text collate "C", suffix_key text collate "C", suffix text, record json, has_private boolean, ttl integer
) on commit delete rows`;

// Rows are taken in the order of the key, so two imports of the same identifiers cannot wait for each other in a ring.
const LOCK = {
  name: 'import_lock',
  text: `select 1 from import_rows join identifiers i using (prefix, suffix_key)
    order by i.prefix, i.suffix_key for update of i`,
};

const MERGE = `with kept as (
      insert into identifier_versions (prefix, suffix_key, version, record, successor, actor, written_at)
      select prefix, suffix_key, i.version, i.record, i.successor, i.actor, i.updated_at
      from import_rows join identifiers i using (prefix, suffix_key) where i.version > 0 and ($1 or i.record is null)
      returning prefix, suffix_key
    ), merged as (
      insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor, updated_at)
      select prefix, suffix_key, suffix, 1, record, has_private, ttl, $2, clock_timestamp()
      from import_rows order by prefix, suffix_key
      on conflict (prefix, suffix_key) do update set version = identifiers.version + 1, record = excluded.record,
        has_private = excluded.has_private, ttl = excluded.ttl, successor = null, actor = excluded.actor,
        updated_at = clock_timestamp()
        where $1 or identifiers.record is null
      returning prefix, suffix_key, version
    ), blocks as (
      select prefix, count(*) as size, array_agg(suffix_key order by suffix_key) as suffix_keys,
        array_agg(version order by suffix_key) as versions
      from merged group by prefix
    ), head as (
      update node set feed_head = feed_head + counted.rows from (select count(*) as rows from merged) as counted
      returning feed_head - counted.rows as before
    ), fed as (
      insert into changes (seq, size, prefix, suffix_keys, versions)
      select head.before + sum(size) over (order by prefix), size, prefix, suffix_keys, versions from blocks, head
    )`;

const FIRST_TRY = {
  name: 'import_merge',
  text: `${MERGE} select import_rows.n, merged.version, merged.version > 1 and kept.prefix is null as overtaken
    from import_rows left join merged using (prefix, suffix_key) left join kept using (prefix, suffix_key)`,
};

// A connection that broke at the commit leaves it open whether the rows are in: a record that is ours to the letter,
// timestamps included, says that they are.
const LATER_TRY = {
  name: 'import_merge_again',
  text: `${MERGE} select import_rows.n, coalesce(merged.version, own.version) as version,
      merged.version > 1 and kept.prefix is null as overtaken
    from import_rows left join merged using (prefix, suffix_key) left join kept using (prefix, suffix_key)
    left join identifiers own on own.prefix = import_rows.prefix and own.suffix_key = import_rows.suffix_key
      and own.record::text = import_rows.record::text`,
};

export interface StoreOptions {
  readonly overwrite: boolean;
  readonly actor: string;
}

/** A database server that restarts after a crash is back within seconds: 40 tries, 0.5 s apart. */
const TRIES = 40;
const PAUSE = 500;

/** Stores rows with distinct keys in one transaction: records, versions, changes. Answers what became of each. */
export async function storeRows(
  database: Database,
  rows: readonly ReadyRow[],
  options: StoreOptions,
): Promise<RowResult[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const versions = await mergeRows(database, rows, {
        ...options,
        statement: attempt === 1 ? FIRST_TRY : LATER_TRY,
      });
      return rows.map((row, n) => resultOf(row, versions.get(n) ?? null));
    } catch (error) {
      const down = error instanceof KapokError && error.code === 'DATABASE_UNAVAILABLE';
      const retryable = down || error instanceof Overtaken || isRetryable(error);
      if (attempt === TRIES || !retryable) throw error;
      if (down) await setTimeout(PAUSE);
    }
  }
}

class Overtaken extends Error {}

interface MergeOptions extends StoreOptions {
  readonly statement: Statement;
}

function mergeRows(database: Database, rows: readonly ReadyRow[], { overwrite, actor, statement }: MergeOptions) {
  return database.transaction(async (tx, connection) => {
    await tx.query(STAGE);
    // The merge is estimated as costly and takes 40 ms: compiling it first, for each transaction anew, would take 3 s.
    await tx.query('set local jit = off');
    const fields = rows.map((row, n) => {
      const { prefix, suffix } = row.identifier;
      return [n, prefix, row.suffixKey, suffix, row.record, row.hasPrivate, row.ttl];
    });
    await copyRows(connection, 'import_rows (n, prefix, suffix_key, suffix, record, has_private, ttl)', fields);
    await tx.query(LOCK);
    type Stored = { n: number; version: number | null; overtaken: boolean | null };
    const stored = await tx.query<Stored>(statement, [overwrite, actor]);
    // Registered by another writer after the rows were locked: its version is not in the history that was kept.
    if (stored.some(({ overtaken }) => overtaken)) throw new Overtaken();
    return new Map(stored.map(({ n, version }) => [n, version]));
  });
}

function resultOf({ line, identifier }: ReadyRow, version: number | null): RowResult {
  if (version === null) return failedRow({ line, identifier: identifier.text }, new KapokError('ALREADY_EXISTS'));
  return { line, identifier: identifier.text, outcome: version === 1 ? 'created' : 'replaced', version };
}
