import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { databaseAt, runAt } from './at-database.ts';
import { findTemplate, leaveCopy, type Template, takeCopy } from './template.ts';

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
  const template = findTemplate();
  const copies: string[] = [];
  const others: string[] = [];
  t.teardown(async () => {
    for (const name of others) await runAt(server, `drop database if exists ${name} with (force)`);
    for (const name of copies) await leaveCopy(server, template as Template, name);
  });
  const createEmpty = async () => {
    const name = nameOfOwn();
    others.push(name);
    await runAt(server, `create database ${name}`);
    return databaseAt(server, name);
  };
  const create = async () => {
    if (template === null) return createEmpty();
    const name = nameOfOwn();
    await takeCopy(server, template, name);
    copies.push(name);
    const url = databaseAt(server, name);
    // What tells nodes and catalogues apart.
    await runAt(url, 'update node set id = gen_random_uuid(); update catalogue_state set id = gen_random_uuid()');
    return url;
  };
  return { create, createEmpty };
}

function nameOfOwn(): string {
  return `kapok_test_${randomBytes(6).toString('hex')}`;
}
