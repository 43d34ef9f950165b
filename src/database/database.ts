import pg from 'pg';
import { asDatabaseError } from './errors.ts';

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
  readonly url: string;
  /** Connections at most. */
  readonly poolSize: number;
  /** How long a caller waits for a connection, in milliseconds, before DATABASE_UNAVAILABLE. */
  readonly connectTimeout?: number;
}

export type Connection = pg.PoolClient;

// bigint columns hold versions and feed numbers: far below 2^53, so a number is exact.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A pool of PostgreSQL connections. Failures to reach the server are thrown as DATABASE_UNAVAILABLE. */
export class Database implements Queryable {
  readonly #pool: pg.Pool;

  constructor({ url, poolSize, connectTimeout = 3_000 }: DatabaseOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
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
      const { rows } = await this.#pool.query<R>(queryOf(statement, values));
      return rows;
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  /** Runs `work` in one transaction on one connection; commits when it returns, rolls back when it throws. */
  async transaction<T>(work: (tx: Queryable, connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#pool.connect().catch((error) => {
      throw asDatabaseError(error);
    });
    const tx: Queryable = {
      query: async <R extends Row>(statement: Statement | string, values: readonly unknown[] = []) =>
        (await connection.query<R>(queryOf(statement, values))).rows,
    };
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
