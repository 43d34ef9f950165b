import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { createTemplate, dropTemplate, environmentOf } from './template.ts';

/**
 * Runs a command with TEST_DATABASE_URL: the given one, or an embedded server for the time of the command. One server for
 * the whole suite spares each file two seconds; a file that is run alone starts its own.
 */
const [command, ...parameters] = process.argv.slice(2);
if (command === undefined) throw new Error('a command is wanted');
const given = process.env.TEST_DATABASE_URL;
const dataDir = given === undefined ? await mkdtemp(join(tmpdir(), 'kapok-suite-')) : null;
const server: EmbeddedPostgres | null = dataDir === null ? null : await startEmbeddedPostgres({ dataDir });
const url = given ?? server?.url('postgres') ?? '';
const template = await createTemplate(url);
const env = { ...process.env, TEST_DATABASE_URL: url, ...environmentOf(template) };

// A Ctrl-C of the terminal reaches the command as well; the server is stopped when that has ended.
const forward = (name: NodeJS.Signals) => child.kill(name);
const child = spawn(command, parameters, { stdio: 'inherit', env });
process.on('SIGTERM', forward);
process.on('SIGINT', () => {});
const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
await dropTemplate(url, template);
await server?.close();
if (dataDir !== null) await rm(dataDir, { recursive: true, force: true });
process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
