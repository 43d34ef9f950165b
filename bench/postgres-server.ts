import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded/embedded-postgres.ts';
import type { Served } from './cpu.ts';
import { once } from './once.ts';
import type { Resources } from './resources.ts';
import { withClient } from './with-client.ts';

/** The PostgreSQL server of the bench: an embedded one of its own, or the one that DATABASE_URL names. */
export class PostgresServer {
  readonly #folder: string;
  readonly #resources: Resources;
  readonly #embedded = once(() => this.#startEmbedded());

  constructor({ folder, resources }: { folder: string; resources: Resources }) {
    this.#folder = folder;
    this.#resources = resources;
  }

  /** It was given, and its disk cannot be seen from here. */
  get isElsewhere(): boolean {
    return Boolean(process.env.DATABASE_URL);
  }

  /** The URL of a new, empty database. */
  async createDatabase(name: string): Promise<string> {
    const given = process.env.DATABASE_URL;
    if (given !== undefined && given !== '') return this.#createIn(given, name);
    const server = await this.#embedded();
    await run(server.url('postgres'), `drop database if exists ${name}`);
    return this.findDatabase(name);
  }

  /** The same, with what an earlier run has left in it where the folder was kept. */
  async findDatabase(name: string): Promise<string> {
    if (process.env.DATABASE_URL) return this.createDatabase(name);
    const server = await this.#embedded();
    await server.ensureDatabase(name);
    return server.url(name);
  }

  /** Whose CPU time the statements cost; a server elsewhere cannot be read. */
  async served(): Promise<Served> {
    if (process.env.DATABASE_URL) return { pid: null };
    return { pid: (await this.#embedded()).pid, children: true };
  }

  async #startEmbedded(): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir: join(this.#folder, 'postgres') });
    this.#resources.add(() => server.close());
    return server;
  }

  async #createIn(server: string, name: string): Promise<string> {
    const unique = `kapok_bench_${name}_${randomBytes(4).toString('hex')}`;
    await run(server, `create database ${unique}`);
    this.#resources.add(() => run(server, `drop database if exists ${unique} with (force)`));
    const url = new URL(server);
    url.pathname = `/${unique}`;
    return url.href;
  }
}

async function run(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}
