import type pg from 'pg';

/** What a database holds that nobody has used. */
export interface Fresh {
  /** Of its tables, functions, indexes and so on: another text when any of them was changed. */
  readonly structure: string;
  /** By table, those of the tables that are not empty. */
  readonly rows: Readonly<Record<string, readonly object[]>>;
}

/** The planner takes a table that was never analyzed for one of ten pages at least: below that it cannot tell a used one. */
const MOST_BYTES = 10 * 8_192;

const CATALOGUES =
  'class attribute attrdef constraint index trigger proc type namespace rewrite policy statistic inherits';

const TABLES = `select oid::regclass::text as name, pg_relation_size(oid)::int as bytes from pg_class
  where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`;

/** Every change of a catalogue's row gives it the number of another transaction. */
const STRUCTURE = CATALOGUES.split(' ')
  .map((name) => `(select count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) from pg_${name})`)
  .join(` || ' ' || `);

export async function readFresh(client: pg.Client): Promise<Fresh> {
  const rows: Record<string, object[]> = {};
  for (const { name } of await tablesOf(client)) {
    const found = await client.query<{ rows: object[] | null }>(
      `select jsonb_agg(x order by x::text) as rows from ${name} x`,
    );
    if (found.rows[0]?.rows != null) rows[name] = found.rows[0].rows;
  }
  return { structure: await structureOf(client), rows };
}

/** Makes a database as it was; false, and nothing is done, when more than some rows were changed. */
export async function clear(client: pg.Client, fresh: Fresh): Promise<boolean> {
  const tables = await tablesOf(client);
  if (tables.some(({ bytes }) => bytes > MOST_BYTES)) return false;
  if ((await structureOf(client)) !== fresh.structure) return false;
  if (!(await mayClear(client))) return false;
  await client.query('begin');
  // Without triggers: neither those that keep the audit log, nor those of references.
  await client.query('set local session_replication_role = replica');
  for (const { name, bytes } of tables) if (bytes > 0) await client.query(`delete from ${name}`);
  for (const [name, initial] of Object.entries(fresh.rows))
    await client.query(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, $1)`, [
      JSON.stringify(initial),
    ]);
  await client.query('commit');
  return true;
}

/** It takes a superuser to delete without triggers; and there are no sequences, which would have to be set back too. */
async function mayClear(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    'select rolsuper and not exists (select from pg_sequence) as may from pg_roles where rolname = current_user',
  );
  return rows[0]?.may === true;
}

async function tablesOf(client: pg.Client): Promise<{ name: string; bytes: number }[]> {
  return (await client.query<{ name: string; bytes: number }>(TABLES)).rows;
}

async function structureOf(client: pg.Client): Promise<string> {
  return (await client.query<{ structure: string }>(`select ${STRUCTURE} as structure`)).rows[0]?.structure ?? '';
}
