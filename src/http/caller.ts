import type { FastifyRequest } from 'fastify';
import { type Caller, covers, findCaller, governs } from '../access/tokens.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { getHostedPrefix } from '../registry/hosted-prefix.ts';
import type { PrefixEntry } from '../registry/prefix-entry.ts';
import type { Services } from './services.ts';

/** The caller that the bearer token of a request stands for; null without a token. A wrong token is an error, never a guest. */
export async function findRequestCaller({ database }: Services, request: FastifyRequest): Promise<Caller | null> {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const caller = token === undefined ? null : await findCaller(database, token);
  if (caller === null) throw new KapokError('INVALID_CREDENTIAL');
  return caller;
}

export async function getRequestCaller(services: Services, request: FastifyRequest): Promise<Caller> {
  const caller = await findRequestCaller(services, request);
  if (caller === null) throw new KapokError('UNAUTHENTICATED');
  return caller;
}

export function assertCovers(caller: Caller, prefix: Prefix): void {
  if (!covers(caller, prefix)) throw new KapokError('FORBIDDEN', { subject: prefix });
}

/** The prefix under which a caller writes: it covers the prefix, and the prefix is hosted here. Throws with the reason why not. */
export function getWritablePrefix({ prefixes }: Services, caller: Caller, prefix: Prefix): PrefixEntry {
  assertCovers(caller, prefix);
  return getHostedPrefix(prefixes, prefix);
}

export function assertGoverns(caller: Caller, prefix: Prefix): void {
  if (governs(caller, prefix)) return;
  const message = `The bearer token must cover the prefix above ${prefix}`;
  throw new KapokError('FORBIDDEN', { message, subject: prefix });
}

/** Only who answers for the whole node. */
export function assertOperator({ scope }: Caller): void {
  if (scope !== '') throw new KapokError('FORBIDDEN', { message: 'This needs a token for the whole node' });
}
