import type { FastifyInstance, FastifyRequest } from 'fastify';
import { listHandles as described, listHandlePrefixes } from '../../../proto/http/handles.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { countIdentifiers, type IdentifierQuery, queryIdentifiers } from '../../registry/query-identifiers.ts';
import { ANY_RECORD } from '../../registry/record-conditions.ts';
import { readText } from '../query-string.ts';
import { route } from '../route.ts';
import { sendJson } from '../send-json.ts';
import type { Services } from '../services.ts';

const MAX_PAGE = 10_000;
/** How Handle names the record of a prefix. */
const AUTHORITY = '0.NA/';

/** Listings in the shapes of Handle's REST interface; pages by key, which cost the same at any depth, are in `query.ts`. */
export function listHandles(app: FastifyInstance, services: Services): void {
  const { database, prefixes } = services;

  route(app, services, described, async (request, reply, admission) => {
    const named = readText(request, 'prefix') ?? '';
    const prefix = parsePrefix(named.toUpperCase().startsWith(AUTHORITY) ? named.slice(AUTHORITY.length) : named);
    admission.at(prefix);
    const page = readNumber(request, 'page', { standard: 0, max: 1_000_000 });
    const pageSize = readNumber(request, 'pageSize', { standard: MAX_PAGE, max: MAX_PAGE });
    const query = ofPrefix(prefix);
    const [total, found] = await Promise.all([
      countIdentifiers(database, query),
      pageSize === 0
        ? []
        : queryIdentifiers(database, query, { after: null, limit: pageSize, offset: page * pageSize }),
    ]);
    const handles = found.map(({ identifier }) => identifier);
    return sendJson(reply, request, {
      responseCode: 1,
      prefix: named,
      totalCount: String(total),
      page,
      pageSize,
      handles,
    });
  });

  route(app, services, listHandlePrefixes, async (request, reply, admission) => {
    admission.at('');
    const names = prefixes.hosted().map((prefix) => `${AUTHORITY}${prefix}`);
    return sendJson(reply, request, { responseCode: 1, totalCount: String(names.length), prefixes: names });
  });
}

function ofPrefix(prefix: Prefix): IdentifierQuery {
  return {
    prefix,
    subtree: false,
    status: 'active',
    suffixStart: null,
    suffixKey: null,
    since: null,
    until: null,
    said: ANY_RECORD,
    askedByKey: false,
    oversees: false,
  };
}

/** From 0; -1 stands for the default, as in Handle. */
function readNumber(
  request: FastifyRequest,
  name: string,
  { standard, max }: { standard: number; max: number },
): number {
  const text = readText(request, name) ?? '-1';
  if (text === '-1') return standard;
  if (/^\d{1,7}$/.test(text) && Number(text) <= max) return Number(text);
  throw new KapokError('BAD_REQUEST', { message: `${name} must be a whole number from 0 to ${max}`, at: name });
}
