import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';

export interface TestDatabases {
  /** A new database, of no node yet; answers its URL. It may have the schema already, which the suite makes once. */
  create(): Promise<string>;
  /** One that nothing has touched. */
  createEmpty(): Promise<string>;
}

interface Teardown {
  teardown(work: () => Promise<unknown>): void;
}

/**
 * A PostgreSQL server for one test file: the one at TEST_DATABASE_URL, or an embedded one of our own.
 * All that is created here is gone at teardown.
 */
export async function startDatabases(t: Teardown): Promise<TestDatabases> {
  const { TEST_DATABASE_URL: given } = process.env;
  return given === undefined ? embedded(t) : shared(t, given);
}

async function embedded(t: Teardown): Promise<TestDatabases> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kapok-test-'));
  const server = await startEmbeddedPostgres({ dataDir });
  t.teardown(async () => {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  let count = 0;
  const create = async () => {
    const name = `test_${++count}`;
    await server.ensureDatabase(name);
    return server.url(name);
  };
  return { create, createEmpty: create };
}

async function shared(t: Teardown, server: string): Promise<TestDatabases> {
  const names: string[] = [];
  const run = async (statement: string, at = server) => {
    const client = new pg.Client({ connectionString: at });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  t.teardown(async () => {
    for (const name of names) await run(`drop database if exists ${name} with (force)`);
  });
  const createEmpty = async (how = '') => {
    const name = `kapok_test_${randomBytes(6).toString('hex')}`;
    names.push(name);
    await run(`create database ${name} ${how}`);
    return databaseAt(server, name);
  };
  const { TEST_DATABASE_TEMPLATE: template } = process.env;
  const create = async () => {
    if (template === undefined) return createEmpty();
    const url = await createEmpty(`template ${template}`);
    // What tells nodes and catalogues apart.
    await run('update node set id = gen_random_uuid(); update catalogue_state set id = gen_random_uuid()', url);
    return url;
  };
  return { create, createEmpty: () => createEmpty() };
}

export function databaseAt(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
