import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { Redis } from 'ioredis';
import { Pool } from 'pg';

/** Where the answers lie. */
export type RawStore = { readonly databaseUrl: string } | { readonly redisUrl: string };

/**
 * What anyone would write: a `node:http` server that asks its store once a request, and says what it was told. Over PostgreSQL
 * one prepared statement, from a pool as large as a node's; over Redis a GET of the whole answer.
 */
const READ = {
  name: 'read',
  text: 'select version, record::text as record from identifiers where prefix = $1 and suffix_key = $2',
};
const POOL = Math.max(8, 2 * availableParallelism());
const PATH = '/api/handles/';

type Read = (handle: string) => Promise<{ readonly version: number | string; readonly body: string } | null>;

let read: Read = async () => null;

const server = createServer((request, response) => {
  const handle = request.url?.slice(PATH.length) ?? '';
  read(handle).then(
    (found) => answer(response, found),
    () => response.writeHead(500).end(),
  );
});

process.on('message', (store: RawStore) => {
  read = 'databaseUrl' in store ? readPostgres(store.databaseUrl) : readRedis(store.redisUrl);
  process.send?.({ set: true });
});
process.on('disconnect', () => process.exit());

server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

function answer(response: ServerResponse, found: Awaited<ReturnType<Read>>): void {
  if (found === null) return void response.writeHead(404).end();
  const { version, body } = found;
  response.writeHead(200, {
    'content-type': 'application/json;charset=utf-8',
    etag: `"${version}"`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function readPostgres(databaseUrl: string): Read {
  const pool = new Pool({ connectionString: databaseUrl, max: POOL });
  return async (handle) => {
    const slash = handle.indexOf('/');
    const values = [handle.slice(0, slash), handle.slice(slash + 1)];
    const { rows } = await pool.query<{ version: string; record: string }>({ ...READ, values });
    const [row] = rows;
    if (row === undefined) return null;
    return {
      version: row.version,
      body: `{"responseCode":1,"handle":${JSON.stringify(handle)},"values":${row.record}}`,
    };
  };
}

function readRedis(redisUrl: string): Read {
  const redis = new Redis(redisUrl);
  return async (handle) => {
    const body = await redis.get(`kapok-bench:${handle}`);
    return body === null ? null : { version: 1, body };
  };
}
