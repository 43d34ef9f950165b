import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database, Queryable } from './database.ts';
import { MIGRATIONS } from './migrations-folder.ts';

/** Any number that no other program locks: "kapok" in ASCII. */
const MIGRATION_LOCK = 0x6b61706f6b;

/**
 * Brings the schema up to date: the files of `migrations/` in order of their numbers, each once, all in one transaction.
 * The advisory lock makes a second process that starts at the same moment wait, then find nothing to do.
 * Throws when an applied file was altered, or when the database is newer than this program.
 */
export function migrate(database: Database, folder: string | URL = MIGRATIONS): Promise<string[]> {
  return database.transaction(async (tx) => {
    // Of a large node's rows a migration may take longer than any request would.
    await tx.query('set local statement_timeout = 0');
    return applyMigrations(tx, await readFiles(folder));
  });
}

/** Until the transaction ends nobody alters the schema. */
export async function lockMigrations(tx: Queryable): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
}

export interface Migration {
  readonly name: string;
  readonly sha256: string;
}

/** The first of these migrations that this program does not have, to the letter; null when it has them all. */
export async function findUnknownMigration(
  migrations: readonly Migration[],
  folder: string | URL = MIGRATIONS,
): Promise<Migration | null> {
  const files = await readFiles(folder);
  const isKnown = ({ name, sha256 }: Migration) => files.some((file) => file.name === name && file.sha256 === sha256);
  return migrations.find((migration) => !isKnown(migration)) ?? null;
}

/** Makes the schema of an earlier moment, by these migrations alone, in a transaction of the caller's. */
export async function migrateTo(
  tx: Queryable,
  migrations: readonly Migration[],
  folder: string | URL = MIGRATIONS,
): Promise<void> {
  const names = new Set(migrations.map(({ name }) => name));
  const files = await readFiles(folder);
  await applyMigrations(
    tx,
    files.filter(({ name }) => names.has(name)),
  );
}

interface MigrationFile extends Migration {
  readonly sql: string;
}

async function readFiles(folder: string | URL): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  const files: MigrationFile[] = [];
  for (const name of names) {
    const sql = await readFile(new URL(name, folder), 'utf8');
    files.push({ name, sql, sha256: createHash('sha256').update(sql).digest('hex') });
  }
  return files;
}

async function applyMigrations(tx: Queryable, files: readonly MigrationFile[]): Promise<string[]> {
  await lockMigrations(tx);
  await tx.query(`create table if not exists migrations (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
  const rows = await tx.query<{ name: string; sha256: string }>('select name, sha256 from migrations order by name');
  const applied = new Map(rows.map((row) => [row.name, row.sha256]));
  for (const name of applied.keys()) {
    if (!files.some((file) => file.name === name))
      throw new Error(`The database has the migration ${name}, which this version does not know`);
  }
  const done: string[] = [];
  for (const { name, sql, sha256 } of files) {
    const earlier = applied.get(name);
    if (earlier === sha256) continue;
    if (earlier !== undefined) throw new Error(`The migration ${name} was altered after it had been applied`);
    await tx.query(sql);
    await tx.query('insert into migrations (name, sha256) values ($1, $2)', [name, sha256]);
    done.push(name);
  }
  return done;
}
