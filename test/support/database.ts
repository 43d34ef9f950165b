import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';

export interface TestDatabases {
  /** A new, empty database; answers its URL. */
  create(): Promise<string>;
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
  return {
    create: async () => {
      const name = `test_${++count}`;
      await server.ensureDatabase(name);
      return server.url(name);
    },
  };
}

async function shared(t: Teardown, server: string): Promise<TestDatabases> {
  const names: string[] = [];
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  t.teardown(async () => {
    for (const name of names) await run(`drop database if exists ${name} with (force)`);
  });
  return {
    create: async () => {
      const name = `kapok_test_${randomBytes(6).toString('hex')}`;
      names.push(name);
      await run(`create database ${name}`);
      const url = new URL(server);
      url.pathname = `/${name}`;
      return url.href;
    },
  };
}
