import type { FastifyInstance, FastifyRequest } from 'fastify';
import { getHandle as described } from '../../../proto/http/handles.ts';
import { couldRead, mayRead } from '../../access/record-rights.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { administratorValues } from '../../record/select.ts';
import type { Value } from '../../record/value.ts';
import type { StoredRecord } from '../../registry/stored-record.ts';
import { errorJson } from '../../resolve/answer-json.ts';
import type { Query } from '../../resolve/outcome.ts';
import { createQuery } from '../../resolve/query.ts';
import { findRequestCaller } from '../caller.ts';
import { findHostedRecord } from '../hosted-record.ts';
import { HANDLES } from '../lane/plain-target.ts';
import { spell } from '../lane/spell.ts';
import { readFlag, readSelection } from '../query-string.ts';
import { createContext, pathAfter, queryOptions, readIdentifier } from '../resolve-request.ts';
import { type Handler, route } from '../route.ts';
import { assertCallback, sendJson } from '../send-json.ts';
import { sendOutcome, sendValues } from '../send-outcome.ts';
import type { Services } from '../services.ts';

/** `GET /api/handles/{identifier}`: Handle's REST interface, and `explain`, `recursive`. */
export function getHandle(app: FastifyInstance, services: Services): void {
  const { memory, resolver, prefixes } = services;
  const handler: Handler<typeof described> = async (request, reply) => {
    assertCallback(request);
    const path = pathAfter(request, HANDLES);
    const identifier = readIdentifier(path);
    const selection = readSelection(request);
    const options = queryOptions(services, {
      auth: readFlag(request, 'auth'),
      recursive: readFlag(request, 'recursive'),
    });
    const query = createQuery(identifier, prefixes, options);
    const context = createContext(services, request, readFlag(request, 'explain') ?? false);
    const full = await findFullRecord(services, request, query);
    if (full !== null && context.trace === null) {
      resolver.countRead(query, context);
      return sendValues(reply, request, { handle: query.text, values: full, selection });
    }
    try {
      const outcome = await resolver.resolve(query, context);
      spell(memory, query, path);
      return sendOutcome(reply, request, { query, outcome, selection, context, full: full ?? undefined });
    } catch (error) {
      if (!(error instanceof KapokError) || context.trace === null) throw error;
      const { hops } = context.trace;
      return sendJson(reply.code(error.httpStatus), request, { ...errorJson(error, query.text), trace: hops });
    }
  };
  route(app, services, described, handler, { resolves: true });
}

/** All values that an administrator may read, for a caller who may: read from the database, never from or into a cache. */
async function findFullRecord(
  services: Services,
  request: FastifyRequest,
  query: Query,
): Promise<readonly Value[] | null> {
  const publicOnly = readFlag(request, 'publicOnly');
  const caller = await findRequestCaller(services, request);
  if (caller === null) {
    if (publicOnly === false) throw new KapokError('PRIVATE_VALUES', { subject: query.text });
    return null;
  }
  if (publicOnly === true) return null;
  const { prefix } = query;
  const record = couldRead(caller, prefix) ? await findOwnRecord(services, query) : null;
  const values = record === null || record.values === null ? null : (JSON.parse(record.values) as Value[]);
  if (!(await mayRead(caller, { prefix, values, transferred: record?.transferred }, services.administration))) {
    if (publicOnly === false) throw new KapokError('FORBIDDEN', { subject: query.text });
    return null;
  }
  return values === null ? null : administratorValues(values);
}

async function findOwnRecord(services: Services, query: Query): Promise<StoredRecord | null> {
  const { prefixes } = services;
  if (prefixes.findWithdrawn(query.prefix) !== null) return null;
  const entry = prefixes.match(query.prefix);
  if (entry === null || entry.site !== null) return null;
  return findHostedRecord(services, query);
}
