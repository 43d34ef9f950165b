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
  const [first] = Array.isArray(body.items) ? body.items : [];
  return body.identifier ?? body.prefix ?? body.template ?? (first as Body)?.identifier;
}
