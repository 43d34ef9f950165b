import { setTimeout } from 'node:timers/promises';
import { KapokError } from '../errors/kapok-error.ts';
import { Database, type Queryable, type Row } from './database.ts';

/** A replica that does not answer must cost less than it saves, in milliseconds. */
const TIMEOUT = 1_000;
const PROBE_EVERY = 1_000;

/** What a server and its replicas have in common. */
export interface Identity {
  /** The system identifier of the cluster, which initdb gives. */
  readonly cluster: string;
  /** The name of the database in it. */
  readonly database: string;
  /** The id of the node whose database it is. */
  readonly node: string;
}

export interface ReplicaOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly of: Identity;
  readonly onLost: (error: unknown) => void;
}

/** A standby of the node's database, which is left alone from a failure on until it answers again. */
export class Replica {
  readonly #database: Database;
  readonly #onLost: (error: unknown) => void;
  readonly #closing = new AbortController();
  #well = false;
  #restUntil = 0;
  #probing: Promise<void> | null = null;

  constructor({ url, poolSize, of, onLost }: ReplicaOptions) {
    const verify = (connection: Queryable) => assertReplicaOf(of, connection);
    this.#database = new Database({ url, poolSize, connectTimeout: TIMEOUT, queryTimeout: TIMEOUT, verify });
    this.#onLost = onLost;
  }

  get well(): boolean {
    return this.#well && performance.now() >= this.#restUntil;
  }

  /** To be left alone for some milliseconds. */
  rest(time: number): void {
    this.#restUntil = performance.now() + time;
  }

  get database(): Queryable {
    return this.#database;
  }

  /** Throws what makes it no replica; one that cannot be reached is probed until it can. */
  async open(): Promise<void> {
    try {
      await this.#probe();
    } catch (error) {
      if (error instanceof KapokError && error.code === 'INVALID_SETTING') throw error;
      this.lose(error);
    }
  }

  lose(error: unknown): void {
    this.#well = false;
    if (this.#probing !== null || this.#closing.signal.aborted) return;
    this.#onLost(error);
    this.#probing = this.#probeUntilWell().finally(() => {
      this.#probing = null;
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#probing;
    await this.#database.close();
  }

  async #probeUntilWell(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted && !this.#well) {
      await setTimeout(PROBE_EVERY, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await this.#probe().catch(() => {});
    }
  }

  /** A new connection is verified; one that is kept may since have become that of a primary. */
  async #probe(): Promise<void> {
    const [row] = await this.#database.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
    this.#well = row?.standby === true;
    if (!this.#well) throw notStandby();
  }
}

export async function readIdentity(database: Queryable): Promise<Identity> {
  const [row] = await database.query<Row & Identity>(
    `select system_identifier::text as cluster, current_database()::text as database, (select id::text from node) as node
      from pg_control_system()`,
  );
  const { cluster = '', database: name = '', node = '' } = row ?? {};
  return { cluster, database: name, node };
}

async function assertReplicaOf({ cluster, database, node }: Identity, connection: Queryable): Promise<void> {
  const [row] = await connection.query<{ standby: boolean; cluster: string; database: string }>(
    `select pg_is_in_recovery() as standby, system_identifier::text as cluster, current_database()::text as database
      from pg_control_system()`,
  );
  if (row?.cluster !== cluster || row.database !== database) throw refused(OTHER);
  if (!row.standby) throw notStandby();
  const found = await readIdentity(connection).catch(() => null);
  // A standby of the same cluster that has no such table is behind its making.
  if (found === null || found.node === '') throw new KapokError('DATABASE_UNAVAILABLE');
  if (found.node !== node) throw refused(OTHER);
}

const OTHER = 'a server of another cluster or another node';
const notStandby = () => refused('a primary, which nothing keeps like the database of the node');

function refused(what: string): KapokError {
  const message = `KAPOK_DATABASE_REPLICAS: one of them is no replica but ${what}`;
  return new KapokError('INVALID_SETTING', { message, at: 'KAPOK_DATABASE_REPLICAS' });
}
