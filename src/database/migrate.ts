import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database } from './database.ts';
import { MIGRATIONS } from './migrations-folder.ts';

/** Any number that no other program locks: "kapok" in ASCII. */
const MIGRATION_LOCK = 0x6b61706f6b;

/**
 * Brings the schema up to date: the files of `migrations/` in order of their numbers, each once, all in one transaction.
 * The advisory lock makes a second process that starts at the same moment wait, then find nothing to do.
 * Throws when an applied file was altered, or when the database is newer than this program.
 */
export async function migrate(database: Database, folder: string | URL = MIGRATIONS): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return database.transaction(async (tx) => {
    // Of a large node's rows a migration may take longer than any request would.
    await tx.query('set local statement_timeout = 0');
    await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await tx.query(`create table if not exists migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
    const rows = await tx.query<{ name: string; sha256: string }>('select name, sha256 from migrations order by name');
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    for (const name of applied.keys()) {
      if (!files.includes(name))
        throw new Error(`The database has the migration ${name}, which this version does not know`);
    }
    const done: string[] = [];
    for (const name of files) {
      const sql = await readFile(new URL(name, folder), 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      const earlier = applied.get(name);
      if (earlier === sha256) continue;
      if (earlier !== undefined) throw new Error(`The migration ${name} was altered after it had been applied`);
      await tx.query(sql);
      await tx.query('insert into migrations (name, sha256) values ($1, $2)', [name, sha256]);
      done.push(name);
    }
    return done;
  });
}
