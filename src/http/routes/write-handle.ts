import type { FastifyInstance, FastifyRequest } from 'fastify';
import { KapokError } from '../../errors/kapok-error.ts';
import { assertRegistrable, parseIdentifier, suffixKey } from '../../identifier/identifier.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { object } from '../../record/checks.ts';
import { parseValues } from '../../record/parse-value.ts';
import type { Value } from '../../record/value.ts';
import { isAllNew, isPresent, putValues, removeValues, replaceAll, withdraw } from '../../registry/change-values.ts';
import { getHostedPrefix } from '../../registry/hosted-prefix.ts';
import { type RecordWrite, type Written, writeRecord } from '../../registry/write-record.ts';
import { assertCovers, getRequestCaller } from '../caller.ts';
import { readFlag, readIndexes } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import { sendJson } from '../send-json.ts';
import type { Services } from '../services.ts';

const BASE = '/api/handles/';
type Parameters = Record<string, string | string[] | undefined>;

/** `PUT` and `DELETE /api/handles/{identifier}` of Handle's REST interface. */
export function writeHandle(app: FastifyInstance, services: Services): void {
  app.put(`${BASE}*`, async (request, reply) => {
    const target = await authorize(services, request);
    const { values, whole, overwrite } = readPut(request, services.now());
    const change = whole ? replaceAll(values, { overwrite }) : putValues(values, { overwrite });
    const { version, previous } = await write(services, { ...target, change });
    const created = whole ? !isPresent(previous) : isAllNew(previous, values);
    const handle = target.identifier.text;
    return sendJson(reply.code(created ? 201 : 200).header('etag', `"${version}"`), request, {
      responseCode: 1,
      handle,
    });
  });

  app.delete(`${BASE}*`, async (request, reply) => {
    const target = await authorize(services, request);
    const indexes = readIndexes(request);
    const change = indexes.length === 0 ? withdraw(readSuccessor(request)) : removeValues(indexes);
    const { version } = await write(services, { ...target, change });
    return sendJson(reply.header('etag', `"${version}"`), request, { responseCode: 1, handle: target.identifier.text });
  });
}

type Target = Omit<RecordWrite, 'change'>;

/** The record that a request writes: its caller covers the prefix, and the prefix is hosted here. */
async function authorize(services: Services, request: FastifyRequest): Promise<Target> {
  const caller = await getRequestCaller(services, request);
  const identifier = parseIdentifier(decodePath(pathAfter(request, BASE)));
  assertRegistrable(identifier);
  assertCovers(caller, identifier.prefix);
  const { suffixCase } = getHostedPrefix(services.prefixes, identifier.prefix);
  return { identifier, suffixKey: suffixKey(identifier.suffix, suffixCase), actor: caller.id };
}

async function write(services: Services, target: RecordWrite): Promise<Written> {
  try {
    const written = await writeRecord(services.database, target);
    await services.announce(written.seq);
    return written;
  } catch (error) {
    // The change was refused by what is stored: the error names the record.
    if (!(error instanceof KapokError) || error.subject !== undefined) throw error;
    const { code, message, at, successor } = error;
    throw new KapokError(code, {
      message,
      subject: target.identifier.text,
      ...(at === undefined ? {} : { at }),
      ...(successor === undefined ? {} : { successor }),
      cause: error,
    });
  }
}

interface Put {
  readonly values: readonly Value[];
  /** No index was named: the record as a whole. */
  readonly whole: boolean;
  readonly overwrite: boolean;
}

/** The body is an array of values, or an object that holds it; `index` must agree with it, unless it is "various". */
function readPut(request: FastifyRequest, now: number): Put {
  const { body } = request;
  const input = Array.isArray(body) ? body : object(body, 'body', ['values', 'handle', 'responseCode']).values;
  const values = parseValues(input, new Date(now));
  const overwrite = readFlag(request, 'overwrite') ?? true;
  const { index } = request.query as Parameters;
  if (index === undefined) return { values, whole: true, overwrite };
  if (index !== 'various') {
    const named = [...new Set(readIndexes(request))].sort((a, b) => a - b).join(', ');
    const sent = values.map((value) => value.index).join(', ');
    if (named !== sent) {
      throw new KapokError('BAD_REQUEST', {
        message: `Mismatched indexes: the address names ${named}, the body ${sent || 'none'}`,
        at: 'index',
      });
    }
  }
  return { values, whole: false, overwrite };
}

function readSuccessor(request: FastifyRequest): string | undefined {
  const { successor } = request.query as Parameters;
  if (successor === undefined) return undefined;
  if (typeof successor !== 'string')
    throw new KapokError('BAD_REQUEST', { message: 'successor must be one identifier', at: 'successor' });
  return parseIdentifier(successor).text;
}
