import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { deleteHandle, putHandle } from '../../../proto/http/handles.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { assertRegistrable, type Identifier, parseIdentifier, suffixKey } from '../../identifier/identifier.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { object } from '../../record/checks.ts';
import { parseValues } from '../../record/parse-value.ts';
import type { Value } from '../../record/value.ts';
import { isAllNew, isPresent, putValues, removeValues, replaceAll, withdraw } from '../../registry/change-values.ts';
import { type RecordWrite, type Written, writeRecord } from '../../registry/write-record.ts';
import type { Admission } from '../admission.ts';
import { readFlag, readIndexes, readSuccessor } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import { sendJson } from '../send-json.ts';
import type { Services } from '../services.ts';

const BASE = '/api/handles/';
type Parameters = Record<string, string | string[] | undefined>;

/** `PUT` and `DELETE /api/handles/{identifier}` of Handle's REST interface; `mintNewSuffix` appends a suffix of our own. */
export function writeHandle(app: FastifyInstance, services: Services): void {
  route(app, services, putHandle, async (request, reply, admission) => {
    const mint = readFlag(request, 'mintNewSuffix') ?? false;
    const target = await authorize(services, request, { mint, admission });
    const { values, whole, overwrite } = readPut(request, services.now());
    const change = whole ? replaceAll(values, { overwrite }) : putValues(values, { overwrite });
    const { version, previous } = await write(services, { ...target, change });
    const created = whole ? !isPresent(previous) : isAllNew(previous, values);
    const handle = target.identifier.text;
    if (!isPresent(previous)) services.counts.registered(target.identifier.prefix, services.now(), reply.elapsedTime);
    return sendJson(reply.code(created ? 201 : 200).header('etag', `"${version}"`), request, {
      responseCode: 1,
      handle,
    });
  });

  route(app, services, deleteHandle, async (request, reply, admission) => {
    const target = await authorize(services, request, { mint: false, admission });
    const indexes = readIndexes(request);
    const change = indexes.length === 0 ? withdraw(readSuccessor(request)) : removeValues(indexes);
    const { version } = await write(services, { ...target, change });
    return sendJson(reply.header('etag', `"${version}"`), request, { responseCode: 1, handle: target.identifier.text });
  });
}

type Target = Omit<RecordWrite, 'change'>;

/** The record that a request writes: its caller covers the prefix, and the prefix is hosted here. */
async function authorize(
  services: Services,
  request: FastifyRequest,
  { mint, admission }: { mint: boolean; admission: Admission },
): Promise<Target> {
  const named = decodePath(pathAfter(request, BASE));
  const identifier = parseIdentifier(mint ? `${named}${randomUUID()}` : named);
  return naming(identifier, async () => {
    assertRegistrable(identifier);
    const { prefix, suffix } = identifier;
    const { suffixCase } = admission.maybeWritable(services.prefixes, prefix);
    const { templates } = services;
    const [authority, actor] = [admission.authority(prefix), admission.caller.id];
    return { identifier, suffixKey: suffixKey(suffix, suffixCase), actor, templates, authority };
  });
}

async function write(services: Services, target: RecordWrite): Promise<Written> {
  const written = await naming(target.identifier, () => writeRecord(services.database, target));
  await services.announce();
  return written;
}

/** What is refused in this work is refused to the identifier as the caller spelled it. */
async function naming<T>({ text }: Identifier, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof KapokError ? error.about(text) : error;
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
