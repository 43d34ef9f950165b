import type { FastifyRequest } from 'fastify';
import { may } from '../../access/may.ts';
import { type Prefix, parsePrefix, whyInvalidPrefix } from '../../identifier/prefix.ts';
import type { PrefixTable } from '../../registry/prefix-table.ts';

type Body = Readonly<Record<string, unknown>> | null | undefined;

/**
 * The prefix of this node to which a request writes; null when it writes to none, or to one that its caller has no right to:
 * a stranger must not use up what a prefix may take. An import names its prefixes only row by row, and counts for its caller.
 */
export function findWrittenPrefix({ admission, routeOptions, params, body }: FastifyRequest, prefixes: PrefixTable) {
  const { operation } = routeOptions.config;
  if (operation === undefined || operation.method === 'GET' || admission === null) return null;
  const named = (params as Record<string, string>)['*'] ?? nameIn(body as Body);
  if (typeof named !== 'string') return null;
  const text = named.split('/', 1)[0] as string;
  if (whyInvalidPrefix(text) !== null) return null;
  const prefix: Prefix = parsePrefix(text);
  return prefixes.find(prefix) !== null && may(admission.caller, operation.permission, prefix) ? prefix : null;
}

function nameIn(body: Body): unknown {
  if (body === null || body === undefined) return undefined;
  const items = Array.isArray(body) ? body : body.items;
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  if (typeof first === 'string') return first;
  const { identifier, handle } = (first ?? {}) as Readonly<Record<string, unknown>>;
  return body.identifier ?? body.prefix ?? body.template ?? body.handle ?? identifier ?? handle;
}
