import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { importIdentifiers } from '../../../proto/http/imports.ts';
import { createImportRights } from '../../access/import-rights.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { importChunks } from '../../registry/import/import-chunks.ts';
import { readChunks } from '../../registry/import/read-chunks.ts';
import { readCsv } from '../../registry/import/read-csv.ts';
import { readNdjson } from '../../registry/import/read-ndjson.ts';
import { type RowBatch, type RowResult, START } from '../../registry/import/rows.ts';
import { ChunkStore } from '../../registry/import/store-chunk.ts';
import { errorJson } from '../../resolve/answer-json.ts';
import { readFlag } from '../query-string.ts';
import { type Handler, route } from '../route.ts';
import type { Services } from '../services.ts';

/**
 * Bytes of results that wait for a client which sends all it has before it reads: without them, both sides would wait for
 * each other. Enough for some 800,000 rows; past that, results must be read while rows are sent.
 */
const RESULT_BUFFER = 64 * 1024 * 1024;

const READERS = new Map([
  ['application/x-ndjson', readNdjson],
  ['text/csv', readCsv],
]);

/**
 * `POST /api/v1/imports`: NDJSON or CSV of any length in, NDJSON out: a line a row once the row is committed, in the order
 * of the input, and at the end a line with `done` and the counts. `results=failed` leaves out the rows that went well.
 * An import that breaks off before anything is in fails as a whole, with a status of its own.
 */
export function importRoutes(app: FastifyInstance, services: Services): void {
  app.register((scope, _options, registered) => {
    // The body is a stream of its own length: neither parsed nor bounded as a whole.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser([...READERS.keys()], (_request, payload, done) => done(null, payload));
    const handler: Handler<typeof importIdentifiers> = async (request, reply, admission) => {
      admission.scopes();
      const overwrite = readFlag(request, 'overwrite') ?? true;
      const onlyFailed = readOnlyFailed(request);
      const { database, templates } = services;
      const actor = admission.caller.id;
      const chunks = readChunks(readRows(request), {
        ...{ database, templates, from: START },
        now: () => new Date(services.now()),
        rights: async () => createImportRights(admission.caller, services),
      });
      const store = new ChunkStore({ database, templates, overwrite, actor, dryRun: false });
      const results = importChunks(chunks, store);
      const told = prepend(await results.next(), results);
      return reply
        .type('application/x-ndjson')
        .send(
          Readable.from(report(told, { services, onlyFailed }), { objectMode: false, highWaterMark: RESULT_BUFFER }),
        );
    };
    route(scope, services, importIdentifiers, handler, { bodyLimit: Number.MAX_SAFE_INTEGER });
    registered();
  });
}

function readOnlyFailed(request: FastifyRequest): boolean {
  const { results = 'all' } = request.query as { results?: string };
  if (results === 'all' || results === 'failed') return results === 'failed';
  throw new KapokError('BAD_REQUEST', { message: 'results must be all or failed', at: 'results' });
}

function readRows(request: FastifyRequest): AsyncIterable<RowBatch> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  const reader = READERS.get(type.trim().toLowerCase());
  if (reader !== undefined && request.body !== undefined)
    return reader(() => request.body as AsyncIterable<Buffer>, START);
  const message = `An import is ${[...READERS.keys()].join(' or ')}`;
  throw new KapokError('UNSUPPORTED_MEDIA_TYPE', { message });
}

async function* prepend<T>(first: IteratorResult<T, unknown>, rest: AsyncIterable<T>): AsyncGenerator<T> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

async function* report(
  chunks: AsyncIterable<{ results: readonly RowResult[] }>,
  { services, onlyFailed }: { services: Services; onlyFailed: boolean },
): AsyncGenerator<Buffer> {
  const counts = { rows: 0, created: 0, replaced: 0, failed: 0 };
  let ending: object = { done: true };
  try {
    for await (const { results: chunk } of chunks) {
      void services.announce();
      for (const { outcome } of chunk) counts[outcome]++;
      counts.rows += chunk.length;
      const shown = onlyFailed ? chunk.filter((row) => row.outcome === 'failed') : chunk;
      const progress = onlyFailed ? [{ progress: { ...counts } }] : [];
      yield Buffer.from([...shown, ...progress].map((line) => `${JSON.stringify(line)}\n`).join(''));
    }
    // The rows are committed whatever happens now: a feed that cannot be read makes the caches distrust themselves.
    await services.follower.catchUp().catch((err) => services.log.warn({ err }, 'the change feed cannot be read'));
  } catch (error) {
    // The answer has begun with 200: its last line tells that the import broke off, and how much is in.
    const failure = error instanceof KapokError ? error : new KapokError('INTERNAL', { cause: error });
    services.log.error({ err: error }, 'import broke off');
    ending = { done: false, error: errorJson(failure) };
  }
  services.log.info({ ...counts, ...ending }, 'import');
  yield Buffer.from(`${JSON.stringify({ ...ending, ...counts })}\n`);
}
