import type { FastifyInstance } from 'fastify';
import { resolveBatch } from '../../../proto/http/resolve.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parseIdentifier } from '../../identifier/identifier.ts';
import { answerHead, errorJson, responsibleNode } from '../../resolve/answer-json.ts';
import type { Context } from '../../resolve/context.ts';
import type { Found, Outcome } from '../../resolve/outcome.ts';
import { JSON_TYPE } from '../../resolve/public-record.ts';
import { createQuery, type QueryOptions } from '../../resolve/query.ts';
import type { Awaitable } from '../../resolve/resolver.ts';
import { wireOf } from '../../resolve/wire.ts';
import type { MemoryHits } from '../lane/memory-hits.ts';
import { isOwnPath } from '../lane/plain-target.ts';
import { spell } from '../lane/spell.ts';
import type { ResolutionLimit } from '../limits/resolution-limit.ts';
import { refuse } from '../limits/show-limit.ts';
import { type Peer, peerOf } from '../peer.ts';
import { createContext, queryOptions } from '../resolve-request.ts';
import { type Handler, route } from '../route.ts';
import type { Services } from '../services.ts';

export interface BatchOptions {
  readonly limit: ResolutionLimit;
  readonly hits: MemoryHits;
}

/**
 * `POST /api/resolve`: an answer for each identifier, in order; one that fails does not fail the others. What goes to the
 * database or to another node travels together, because all are asked for in one turn of the event loop.
 */
export function batchResolve(app: FastifyInstance, services: Services, { limit, hits }: BatchOptions): void {
  const handler: Handler<typeof resolveBatch> = async (request, reply) => {
    const { identifiers, auth, recursive, explain = false } = request.body;
    const peer = peerOf(request.raw.socket);
    // The request itself is counted already: each further identifier costs as much as a request of its own.
    if (!limit.admits(peer, identifiers.length - 1)) throw refuse(reply, limit.limit);
    const options = queryOptions(services, { auth, recursive });
    const reflected = reflectedBy(services);
    // Each has a trace of its own, if any.
    const contextOf = () => ({ ...createContext(services, request, explain), inBatch: true });
    const shared = contextOf();
    const inMemory = options.authoritative || explain ? null : { hits, peer };
    const asked = identifiers.map(
      (text) =>
        (inMemory === null ? null : findInMemory(services, { text, options, ...inMemory })) ??
        answerOne(services, { text, options, context: explain ? contextOf() : shared }),
    );
    const answers = asked.some((answer) => typeof answer !== 'string') ? await Promise.all(asked) : asked;
    return reply.type(JSON_TYPE).send(Buffer.from(`{"answers":[${answers.join(',')}]${reflected}}`, 'latin1'));
  };
  route(app, services, resolveBatch, handler, { resolves: true });
}

interface InMemory {
  readonly text: string;
  readonly options: QueryOptions;
  readonly hits: MemoryHits;
  readonly peer: Peer;
}

/** What was spelled like this before, and lies in memory, needs no parsing (`npm run bench`, "batch"). */
function findInMemory({ now }: Services, { text, options, hits, peer }: InMemory): string | null {
  const hit = hits.find(text, options.recursive);
  // A path may be the escaped spelling of another identifier.
  if (hit === null || hit.value.answer.record.handle !== text) return null;
  const { value, freshUntil } = hit;
  const answer = value.answer.record.wireWith(membersOf(value.answer, (freshUntil - now()) / 1000));
  if (answer !== null) hits.count(hit, peer);
  return answer;
}

/** What the answers reflect that are looked for from now on: changes are applied before they are counted. */
function reflectedBy({ recentChanges: { feed, head }, follower }: Services): string {
  return follower.current ? `,"feed":"${feed}","seq":${head}` : '';
}

interface One {
  readonly text: string;
  readonly options: QueryOptions;
  readonly context: Context;
}

/** One answer, as it goes over the wire (wireOf). */
function answerOne(services: Services, { text, options, context }: One): Awaitable<string> {
  const failed = (error: unknown) => {
    const failure = error instanceof KapokError ? error : new KapokError('INTERNAL', { cause: error });
    if (failure.code === 'INTERNAL') services.log.error({ err: error, identifier: text }, 'resolution failed');
    return join(errorJson(failure, text), null, context.trace?.hops);
  };
  try {
    const query = createQuery(parseIdentifier(text), services.prefixes, options);
    const outcome = services.resolver.resolve(query, context);
    const answered = (answer: Outcome) => {
      if (answer.kind === 'found' && isOwnPath(text)) spell(services.memory, query, text);
      return answerOf(text, answer, { context, now: services.now() });
    };
    return outcome instanceof Promise ? outcome.then(answered).catch(failed) : answered(outcome);
  } catch (error) {
    return failed(error);
  }
}

function answerOf(text: string, outcome: Outcome, { context, now }: { context: Context; now: number }): string {
  const plain = plainFound(text, outcome, context);
  if (plain !== null) return plain;
  const { head, values } = answerHead(text, outcome, new Date(now));
  return join(head, values, context.trace?.hops);
}

/** The bytes of a record that memory holds are taken over as they are: that is what most answers are. Null: something is to be added. */
function plainFound(text: string, outcome: Outcome, { trace }: Context): string | null {
  if (outcome.kind !== 'found' || outcome.stale !== undefined || trace !== null) return null;
  return outcome.record.spelled(text).wireWith(membersOf(outcome, outcome.ttl));
}

/** What a batch tells beside a record, as it goes over the wire. */
function membersOf(outcome: Found, ttl: number): string {
  const node = wireOf(JSON.stringify(responsibleNode(outcome)));
  return `,"code":"FOUND","version":${outcome.record.version},"ttl":${Math.ceil(ttl)},"node":${node}`;
}

/** The values are JSON text already: they are put in, not parsed. */
function join(head: object, values: string | null, hops: readonly unknown[] | undefined): string {
  const rest = `${values === null ? '' : `,"values":${values}`}${hops === undefined ? '' : `,"trace":${JSON.stringify(hops)}`}`;
  return wireOf(`${JSON.stringify(head).slice(0, -1)}${rest}}`);
}
