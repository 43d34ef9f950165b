import type { Queryable } from '../../database/database.ts';
import { namesOf } from './find-existing.ts';
import type { ReadyRow } from './prepare-row.ts';

const REPLACE = {
  name: 'import_replace',
  text: `with new as materialized (
      select * from unnest($1::text[], $2::text[], $3::json[], $4::boolean[], $5::int[], $6::boolean[])
        as n(prefix, suffix_key, record, has_private, ttl, guarded)
    ), kept as (
      insert into identifier_versions (prefix, suffix_key, version, record, successor, actor, written_at)
      select i.prefix, i.suffix_key, i.version, i.record, i.successor, i.actor, i.updated_at
      from new join identifiers i on i.prefix = new.prefix and i.suffix_key = new.suffix_key
    )
    update identifiers i set version = i.version + 1, record = new.record, has_private = new.has_private, ttl = new.ttl,
      guarded = new.guarded, successor = null, actor = $7, updated_at = clock_timestamp()
    from new where i.prefix = new.prefix and i.suffix_key = new.suffix_key`,
};

/** Puts the rows in the place of records that exist and are locked; what was there goes into history. */
export async function replaceRows(tx: Queryable, rows: readonly ReadyRow[], actor: string): Promise<void> {
  if (rows.length === 0) return;
  const column = <K extends keyof ReadyRow>(name: K) => rows.map((row) => row[name]);
  const columns = [rows.map(({ record }) => record.toText()), column('hasPrivate'), column('ttl'), column('guarded')];
  await tx.query(REPLACE, [...namesOf(rows), ...columns, actor]);
}
