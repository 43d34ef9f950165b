import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Database } from '../../src/database/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { migrate } from '../../src/database/migrate.ts';
import { databaseAt } from './database.ts';

/**
 * Runs a command with TEST_DATABASE_URL: the given one, or an embedded server for the time of the command. One server for
 * the whole suite spares each file two seconds; a file that is run alone starts its own. TEST_DATABASE_TEMPLATE is a database
 * with the schema, of which those of the tests are copies: that is cheaper than making the schema in each of them.
 */
const [command, ...parameters] = process.argv.slice(2);
if (command === undefined) throw new Error('a command is wanted');
const given = process.env.TEST_DATABASE_URL;
const dataDir = given === undefined ? await mkdtemp(join(tmpdir(), 'kapok-suite-')) : null;
const server: EmbeddedPostgres | null = dataDir === null ? null : await startEmbeddedPostgres({ dataDir });
const url = given ?? server?.url('postgres') ?? '';
const template = `kapok_template_${randomBytes(6).toString('hex')}`;
await run(`create database ${template}`);
const database = new Database({ url: databaseAt(url, template), poolSize: 1 });
await migrate(database);
await database.close();
const env = { ...process.env, TEST_DATABASE_URL: url, TEST_DATABASE_TEMPLATE: template };

// A Ctrl-C of the terminal reaches the command as well; the server is stopped when that has ended.
const forward = (name: NodeJS.Signals) => child.kill(name);
const child = spawn(command, parameters, { stdio: 'inherit', env });
process.on('SIGTERM', forward);
process.on('SIGINT', () => {});
const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
await run(`drop database ${template}`);
await server?.close();
if (dataDir !== null) await rm(dataDir, { recursive: true, force: true });
process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM'];

async function run(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
