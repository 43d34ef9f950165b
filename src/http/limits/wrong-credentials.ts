import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createLru } from '../../cache/lru.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import type { Services } from '../services.ts';
import { networkOf } from './network.ts';
import { refuse, WINDOW } from './show-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it was refused; null while it was not. */
    failure: ErrorCode | null;
  }
}

/** Wrong credentials a minute from one network. Keys and secrets of Handle may be guessable, and each guess costs a look-up. */
const MAX_WRONG = 30;
const MAX_NETWORKS = 100_000;

/**
 * Refuses a network that has brought too many wrong credentials, whatever it brings next: a right one that passed would tell a
 * guesser that it is right. Counted before the answer leaves, so a guesser gets no more than that and what it had under way.
 */
export function limitWrongCredentials(app: FastifyInstance, { rateCounters, now }: Services): void {
  const refusedUntil = createLru<string, number>({ max: MAX_NETWORKS });
  app.addHook('onRequest', async (request, reply) => {
    if (!mayBringCredential(request)) return;
    const left = (refusedUntil.get(networkOf(request.ip)) ?? 0) - now();
    if (left <= 0) return;
    throw refuse(reply, {
      max: MAX_WRONG,
      seconds: Math.ceil(left / 1000),
      what: 'wrong credentials from this network',
    });
  });
  app.addHook('onSend', async (request) => {
    if (request.failure !== 'INVALID_CREDENTIAL') return;
    const network = networkOf(request.ip);
    const { current, ttl } = await rateCounters.count(`wrong:${network}`, WINDOW);
    if (current >= MAX_WRONG) refusedUntil.set(network, now() + ttl);
  });
}

/** In a header, or in the body of a write. */
function mayBringCredential({ headers, method, routeOptions }: FastifyRequest): boolean {
  if (headers.authorization !== undefined || headers.signature !== undefined) return true;
  return method !== 'GET' && method !== 'HEAD' && routeOptions.config.resolves !== true;
}
