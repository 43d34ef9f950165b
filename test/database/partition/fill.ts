import type { Queryable } from '../../../src/database/database.ts';

/** Rows of so many prefixes below 88.1, each with so many identifiers, every tenth of which has an earlier version. */
export async function fill(database: Queryable, { prefixes, each }: { prefixes: number; each: number }): Promise<void> {
  await database.query(
    `insert into prefixes (prefix, status, ttl, suffix_case, version)
     select '88.1.' || p, 'active', 3600, 'insensitive', 1 from generate_series(1, $1::int) p`,
    [prefixes],
  );
  const names = `from generate_series(1, $1::int) p cross join generate_series(1, $2::int) n`;
  const record = `json_build_array(json_build_object('index', 1, 'type', 'NAME', 'data',
    json_build_object('format', 'string', 'value', 'of ' || n), 'ttl', 86400, 'timestamp', '2026-01-02T03:04:05Z'))`;
  await database.query(
    `insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor)
     select '88.1.' || p, 'N' || n, 'n' || n, case n % 10 when 0 then 2 else 1 end, ${record}, false, 86400, 'test' ${names}`,
    [prefixes, each],
  );
  await database.query(
    `insert into identifier_versions (prefix, suffix_key, version, record, actor)
     select '88.1.' || p, 'N' || n, 1, ${record}, 'test' ${names} where n % 10 = 0`,
    [prefixes, each],
  );
}

/** All rows of a table as texts, in the order of those. */
export async function readRows(database: Queryable, table: string, where = 'true'): Promise<string[]> {
  const text = `select t::text as row from ${table} t where ${where} order by 1`;
  return (await database.query<{ row: string }>(text)).map(({ row }) => row);
}

/** How many parts a table has; 0: it is plain. */
export async function countParts(database: Queryable, table: string): Promise<number> {
  const text = 'select count(*)::int as parts from pg_inherits where inhparent = $1::regclass';
  const [row] = await database.query<{ parts: number }>(text, [table]);
  return row?.parts ?? 0;
}
