import pg from 'pg';
import { KapokError } from '../errors/kapok-error.ts';
import { asDatabaseError } from './errors.ts';
import { Hosts } from './hosts.ts';

/** A statement that is prepared once a connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Row = Record<string, unknown>;

export interface Queryable {
  query<R extends Row>(statement: Statement | string, values?: readonly unknown[]): Promise<R[]>;
}

export interface DatabaseOptions {
  /** Of several hosts the one that takes writes is used. */
  readonly url: string;
  /** Connections at most. */
  readonly poolSize: number;
  /** How long a caller waits for a connection, in milliseconds, before DATABASE_UNAVAILABLE. */
  readonly connectTimeout?: number;
  /** How long a statement may go unanswered, in milliseconds; without it as long as the server lets it. */
  readonly queryTimeout?: number;
  /** Called with each new connection before its first use; one that it rejects is not used, and its user gets the error. */
  readonly verify?: (connection: Queryable) => Promise<void>;
}

export type Connection = pg.PoolClient;

// bigint columns hold versions and feed numbers: far below 2^53, so a number is exact.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A pool of PostgreSQL connections. Failures to reach the server are thrown as DATABASE_UNAVAILABLE. */
export class Database implements Queryable {
  readonly #pool: pg.Pool;
  readonly #hosts: Hosts;

  constructor({ url, poolSize, connectTimeout = 3_000, queryTimeout, verify }: DatabaseOptions) {
    this.#hosts = new Hosts(url);
    const check = this.#hosts.count > 1 ? assertWritable : verify;
    this.#pool = new pg.Pool({
      Client: this.#hosts.client(),
      ...(queryTimeout === undefined ? {} : { query_timeout: queryTimeout }),
      ...(check === undefined ? {} : { verify: verifyBy(check) }),
      max: poolSize,
      connectionTimeoutMillis: connectTimeout,
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
      application_name: 'kapok',
      // Statements here take milliseconds; PostgreSQL compiles those that it estimates as costly, which takes seconds.
      options: '-c jit=off',
      keepAlive: true,
    });
    // An idle connection that breaks is replaced on the next use; without a listener it would end the process.
    this.#pool.on('error', () => {});
    // Nor has a connection one in the moment between its hand-over and its user, where the server's farewell may arrive.
    this.#pool.on('connect', (connection) => connection.on('error', () => {}));
  }

  async query<R extends Row>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    try {
      if (this.#hosts.count > 1) return await this.#queryAmong<R>(statement, values);
      const { rows } = await this.#pool.query<R>(queryOf(statement, values));
      return rows;
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  async #queryAmong<R extends Row>(statement: Statement | string, values: readonly unknown[]): Promise<R[]> {
    const connection = await this.#connect();
    let failure: Error | undefined;
    try {
      return await queryableOf(connection).query<R>(statement, values);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      connection.release(failure);
    }
  }

  /** Tries one host after the other, each once. */
  async #connect(): Promise<Connection> {
    for (let attempt = 1; ; attempt++) {
      const { turns } = this.#hosts;
      try {
        return await this.#pool.connect();
      } catch (error) {
        if (isPoolFull(error)) throw error;
        this.#hosts.turn(turns);
        if (attempt === this.#hosts.count) throw error;
      }
    }
  }

  /** Runs `work` in one transaction on one connection; commits when it returns, rolls back when it throws. */
  async transaction<T>(work: (tx: Queryable, connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#connect().catch((error) => {
      throw asDatabaseError(error);
    });
    const tx = queryableOf(connection);
    let broken: Error | undefined;
    // A connection that breaks between two statements says so by this event, which would end the process; the next
    // statement fails.
    const onError = (error: Error) => {
      broken = error;
    };
    connection.on('error', onError);
    try {
      await connection.query('begin');
      const result = await work(tx, connection);
      await connection.query('commit');
      return result;
    } catch (error) {
      await connection.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
      throw asDatabaseError(error);
    } finally {
      connection.release(broken);
      connection.off('error', onError);
    }
  }

  async close(): Promise<void> {
    if (!this.#pool.ended && !this.#pool.ending) await this.#pool.end();
  }
}

function queryOf(statement: Statement | string, values: readonly unknown[]): pg.QueryConfig {
  return typeof statement === 'string'
    ? { text: statement, values: [...values] }
    : { name: statement.name, text: statement.text, values: values as unknown[] };
}

/** A standby is none of the hosts that are looked for, nor is a primary that was told to take no writes. */
async function assertWritable(connection: Queryable): Promise<void> {
  const [row] = await connection.query<{ transaction_read_only: string }>('show transaction_read_only');
  if (row?.transaction_read_only === 'off') return;
  throw new KapokError('DATABASE_UNAVAILABLE', { cause: new Error('This host takes no writes') });
}

/** All connections stayed in use for as long as one may wait: that says nothing about the host. */
function isPoolFull(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout exceeded');
}

function queryableOf(connection: Connection): Queryable {
  return {
    query: async <R extends Row>(statement: Statement | string, values: readonly unknown[] = []) =>
      (await connection.query<R>(queryOf(statement, values))).rows,
  };
}

function verifyBy(check: (connection: Queryable) => Promise<void>): NonNullable<pg.PoolConfig['verify']> {
  return (connection, done) => {
    check(queryableOf(connection)).then(() => done(), done);
  };
}
