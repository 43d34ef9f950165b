import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/imports.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { hasEnded, type ImportJob } from '../../registry/import/job/job.ts';
import type { ImportFormat } from '../../registry/import/rows.ts';
import type { Admission } from '../admission.ts';
import { readFlag, readWord } from '../query-string.ts';
import { type RouteOptions, route } from '../route.ts';
import { sendStream } from '../send-stream.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

const FORMATS = new Map<string, ImportFormat>([
  ['application/x-ndjson', 'ndjson'],
  ['text/csv', 'csv'],
]);
const ENDINGS = new Map<string, ImportFormat>([
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['csv', 'csv'],
]);
/** A HEAD would follow to the end to answer nothing. */
const STREAM: RouteOptions = { head: false };

/** `/api/v1/imports`: a file is taken in and acknowledged; what becomes of it is followed, read and cancelled by its number. */
export function importRoutes(app: FastifyInstance, services: Services): void {
  const { imports } = services;

  app.register((scope, _options, registered) => {
    // The body is a stream of its own length: neither parsed nor held.
    scope.addContentTypeParser([...FORMATS.keys()], (_request, payload, done) => done(null, payload));
    route(scope, services, described.importIdentifiers, async (request, reply, admission) => {
      const order = {
        overwrite: readFlag(request, 'overwrite') ?? true,
        dryRun: readFlag(request, 'dryRun') ?? false,
        scopes: admission.scopes(),
        actor: admission.caller.id,
        subject: admission.caller.subject,
      };
      const job = await accept(services, request, { admission, order });
      return reply.code(202).header('location', `/api/v1/imports/${job.id}`).send(answerOf(job));
    });
    registered();
  });

  route(app, services, described.listImports, async (_request, _reply, admission) => ({
    imports: (await imports.list(admission.scopes())).map(answerOf),
  }));

  route(app, services, described.getImport, async (request, _reply, admission) =>
    answerOf(await getJob(services, request, admission)),
  );

  route(
    app,
    services,
    described.followImport,
    async (request, reply, admission) => {
      const { id } = await getJob(services, request, admission);
      const events = Readable.from(eventsOf(imports.follow(id, admission.scopes())), { objectMode: false });
      return sendStream(reply, 'text/event-stream', events);
    },
    STREAM,
  );

  route(
    app,
    services,
    described.getImportResults,
    async (request, reply, admission) => {
      const { id } = await getJob(services, request, admission);
      const follow = readFlag(request, 'follow') ?? false;
      const failed = readWord(request, 'results', ['all', 'failed']) === 'failed';
      const results = imports.results(id, admission.scopes(), { follow, failed });
      return reply.type('application/x-ndjson').send(Readable.from(results, { objectMode: false }));
    },
    STREAM,
  );

  route(app, services, described.cancelImport, async (request, _reply, admission) => {
    const job = await getJob(services, request, admission);
    return answerOf(await imports.cancel(job, admission.scopes(), admission.caller));
  });
}

interface Accepting {
  readonly admission: Admission;
  readonly order: Omit<Parameters<Services['imports']['accept']>[1], 'format'>;
}

function accept(services: Services, request: FastifyRequest, { admission, order }: Accepting): Promise<ImportJob> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  const format = FORMATS.get(type.trim().toLowerCase());
  if (format !== undefined && request.body !== undefined) {
    if (request.headers['content-digest'] !== undefined)
      throw new KapokError('BAD_REQUEST', {
        message: 'A file is not signed: its digest cannot be held against it',
        at: 'Content-Digest',
      });
    return services.imports.accept(whole(request), { ...order, format });
  }
  const { body } = request;
  if (typeof body !== 'object' || body === null) {
    const message = `An import is ${[...FORMATS.keys()].join(' or ')}, or names a file as application/json`;
    throw new KapokError('UNSUPPORTED_MEDIA_TYPE', { message });
  }
  const { file, format: named } = readServerFile(body as Record<string, unknown>);
  // What lies there may be anyone's.
  admission.at('');
  const folder = services.config.importDir;
  if (folder === null) {
    const message = 'This node imports no files of its machine: KAPOK_IMPORT_DIR is not set';
    throw new KapokError('BAD_REQUEST', { message, at: 'file' });
  }
  return services.imports.acceptFile(folder, file, { ...order, format: named });
}

async function* whole({ body }: FastifyRequest): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (cause) {
    // Who sent it has gone, and reads no answer: no failure of ours.
    throw new KapokError('BAD_REQUEST', { message: 'The file broke off', cause });
  }
}

function readServerFile({ file, format, ...rest }: Record<string, unknown>): { file: string; format: ImportFormat } {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new KapokError('BAD_REQUEST', {
      message: `"${unknown}" is not a field here; there are file, format`,
      at: unknown,
    });
  if (typeof file !== 'string' || file === '' || file.length > 1_024)
    throw new KapokError('BAD_REQUEST', { message: 'file must be a name of 1 to 1024 characters', at: 'file' });
  const found = format ?? ENDINGS.get(file.split('.').at(-1)?.toLowerCase() ?? '');
  if (found === 'ndjson' || found === 'csv') return { file, format: found };
  throw new KapokError('BAD_REQUEST', { message: 'format must be ndjson or csv', at: 'format' });
}

async function getJob(services: Services, request: FastifyRequest, admission: Admission): Promise<ImportJob> {
  const { id = '' } = request.params as { id?: string };
  const scopes = admission.scopes();
  const job = isUuid(id) ? await services.imports.find(id, scopes) : null;
  if (job === null) throw new KapokError('IMPORT_NOT_FOUND', { subject: id.slice(0, 64) });
  return job;
}

async function* eventsOf(jobs: AsyncIterable<ImportJob | null>): AsyncGenerator<Buffer> {
  let number = 0;
  for await (const job of jobs) {
    if (job === null) {
      yield Buffer.from(': the import goes on\n\n');
      continue;
    }
    const name = hasEnded(job) ? job.state : 'progress';
    yield Buffer.from(`id: ${++number}\nevent: ${name}\ndata: ${JSON.stringify(answerOf(job))}\n\n`);
  }
}

function answerOf(job: ImportJob): described.ImportJob {
  const { subject: _subject, readLines: _lines, resultBytes: _bytes, ...told } = job;
  return { ...told, rows: job.created + job.replaced + job.failed };
}
