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
const MERGE = `with merged as (
      insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, updated_at)
      select prefix, suffix_key, suffix, 1, record, has_private, ttl, clock_timestamp() from import_rows order by prefix, suffix_key
      on conflict (prefix, suffix_key) do update set version = identifiers.version + 1, record = excluded.record,
        has_private = excluded.has_private, ttl = excluded.ttl, successor = null, updated_at = clock_timestamp()
        where $1 or identifiers.record is null
      returning prefix, suffix_key, version, updated_at
    ), kept as (
      insert into identifier_versions (prefix, suffix_key, version, record, actor, written_at)
      select prefix, suffix_key, merged.version, import_rows.record, $2, merged.updated_at from merged join import_rows using (prefix, suffix_key)
    ), counted as (
      select count(*) as rows from merged
    ), head as (
      update node set feed_head = feed_head + counted.rows from counted returning feed_head - counted.rows as before
    ), fed as (
      insert into changes (seq, prefix, suffix_key, version)
      select head.before + row_number() over (order by prefix, suffix_key), prefix, suffix_key, version from merged, head
    )`;

const FIRST_TRY = {
  name: 'import_merge',
  text: `${MERGE} select import_rows.n, merged.version from import_rows left join merged using (prefix, suffix_key)`,
};

// A connection that broke at the commit leaves it open whether the rows are in: a record that is ours to the letter,
// timestamps included, says that they are.
const LATER_TRY = {
  name: 'import_merge_again',
  text: `${MERGE} select import_rows.n, coalesce(merged.version, own.version) as version
    from import_rows left join merged using (prefix, suffix_key)
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
      if (attempt === TRIES || !(down || isRetryable(error))) throw error;
      if (down) await setTimeout(PAUSE);
    }
  }
}

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
    const stored = await tx.query<{ n: number; version: number | null }>(statement, [overwrite, actor]);
    return new Map(stored.map(({ n, version }) => [n, version]));
  });
}

function resultOf({ line, identifier }: ReadyRow, version: number | null): RowResult {
  if (version === null) return failedRow({ line, identifier: identifier.text }, new KapokError('ALREADY_EXISTS'));
  return { line, identifier: identifier.text, outcome: version === 1 ? 'created' : 'replaced', version };
}
