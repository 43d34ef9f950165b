import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { databaseAt, runAt, withClient } from './at-database.ts';
import { clear, type Fresh, readFresh } from './clear-database.ts';

/** A database with the schema, of which those of the tests are copies: that is cheaper than making the schema in each of them. */
export interface Template {
  readonly name: string;
  /** What a copy holds that nobody has used; absent when copies are not to be used again. */
  readonly fresh?: Fresh;
}

/** What the files of a suite are told of it. */
export function environmentOf({ name, fresh }: Template): Record<string, string> {
  return { TEST_DATABASE_TEMPLATE: name, TEST_DATABASE_FRESH: JSON.stringify(fresh) };
}

/** Null for a file that is run alone. */
export function findTemplate(): Template | null {
  const { TEST_DATABASE_TEMPLATE: name, TEST_DATABASE_FRESH: fresh } = process.env;
  if (name === undefined) return null;
  return fresh === undefined ? { name } : { name, fresh: JSON.parse(fresh) };
}

/** Makes one; `dropTemplate` takes it away again, with the copies that were left. */
export async function createTemplate(server: string): Promise<Template> {
  const name = `kapok_template_${randomBytes(6).toString('hex')}`;
  await runAt(server, `create database ${name}`);
  const url = databaseAt(server, name);
  const database = new Database({ url, poolSize: 1 });
  await migrate(database);
  await database.close();
  return { name, fresh: await withClient(url, readFresh) };
}

export async function dropTemplate(server: string, { name }: Template): Promise<void> {
  const names = await withClient(server, (client) =>
    client.query<{ datname: string }>('select datname from pg_database where starts_with(datname, $1)', [name]),
  );
  for (const { datname } of names.rows) await runAt(server, `drop database ${datname} with (force)`);
}

/**
 * Gives a file a copy under the name it wants: one that another file has left, or a new one. To make and to drop a database is
 * to make and to remove 570 files, which takes 0.1 to 0.4 s of processor time, and waits for two checkpoints.
 */
export async function takeCopy(server: string, template: Template, wanted: string): Promise<void> {
  await withClient(server, async (client) => {
    const left = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1) order by datname',
      [leftBy(template)],
    );
    for (const { datname } of left.rows) {
      const taken = await client.query(`alter database ${datname} rename to ${wanted}`).catch(unlessGone);
      if (taken !== null) return;
    }
    await client.query(`create database ${wanted} template ${template.name}`);
  });
}

/** Another file was quicker. */
function unlessGone(error: unknown): null {
  if (error instanceof pg.DatabaseError && ['3D000', '55006'].includes(error.code ?? '')) return null;
  throw error;
}

/** Leaves a copy to the next file, as nobody had used it; drops it where that cannot be. */
export async function leaveCopy(server: string, template: Template, name: string): Promise<void> {
  const end = 'select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1';
  await withClient(server, (client) => client.query(end, [name]));
  const { fresh } = template;
  const isFresh = fresh !== undefined && (await withClient(databaseAt(server, name), (client) => clear(client, fresh)));
  const left = `${leftBy(template)}${randomBytes(6).toString('hex')}`;
  await runAt(server, isFresh ? `alter database ${name} rename to ${left}` : `drop database ${name} with (force)`);
}

function leftBy({ name }: Template): string {
  return `${name}_left_`;
}
