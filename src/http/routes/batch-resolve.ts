import type { FastifyInstance, FastifyRequest } from 'fastify';
import { resolveBatch } from '../../../proto/http/resolve.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parseIdentifier } from '../../identifier/identifier.ts';
import { answerHead, errorJson } from '../../resolve/answer-json.ts';
import { JSON_TYPE } from '../../resolve/public-record.ts';
import { createQuery, type QueryOptions } from '../../resolve/query.ts';
import type { Lane } from '../express-lane.ts';
import { createContext, queryOptions } from '../resolve-request.ts';
import { type Handler, route } from '../route.ts';
import type { Services } from '../services.ts';

/**
 * `POST /api/resolve`: an answer for each identifier, in order; one that fails does not fail the others. What goes to the
 * database or to another node travels together, because all are asked for in one turn of the event loop.
 */
export function batchResolve(app: FastifyInstance, services: Services, lane: Lane): void {
  const handler: Handler<typeof resolveBatch> = async (request, reply) => {
    const { identifiers, auth, recursive, explain = false } = request.body;
    // The request itself is counted already: each further identifier costs as much as a request of its own.
    if (!lane.admits(request.raw, identifiers.length - 1)) throw lane.refuse(reply);
    const options = queryOptions(services, { auth, recursive });
    const reflected = reflectedBy(services);
    const answers = await Promise.all(
      identifiers.map((text) => answerOne(services, request, { text, options, explain })),
    );
    return reply.type(JSON_TYPE).send(`{"answers":[${answers.join(',')}]${reflected}}`);
  };
  route(app, services, resolveBatch, handler, { resolves: true });
}

/** What the answers reflect that are looked for from now on: changes are applied before they are counted. */
function reflectedBy({ recentChanges: { feed, head }, follower }: Services): string {
  return follower.current ? `,"feed":"${feed}","seq":${head}` : '';
}

interface One {
  readonly text: string;
  readonly options: QueryOptions;
  readonly explain: boolean;
}

async function answerOne(
  services: Services,
  request: FastifyRequest,
  { text, options, explain }: One,
): Promise<string> {
  const context = createContext(services, request, explain);
  try {
    const query = createQuery(parseIdentifier(text), services.prefixes, options);
    const outcome = await services.resolver.resolve(query, context);
    const { head, values } = answerHead(text, outcome, new Date(services.now()));
    return join(head, values, context.trace?.hops);
  } catch (error) {
    const failure = error instanceof KapokError ? error : new KapokError('INTERNAL', { cause: error });
    if (failure.code === 'INTERNAL') services.log.error({ err: error, identifier: text }, 'resolution failed');
    return join(errorJson(failure, text), null, context.trace?.hops);
  }
}

/** The values are JSON text already: they are put in, not parsed. */
function join(head: object, values: string | null, hops: readonly unknown[] | undefined): string {
  const rest = `${values === null ? '' : `,"values":${values}`}${hops === undefined ? '' : `,"trace":${JSON.stringify(hops)}`}`;
  return `${JSON.stringify(head).slice(0, -1)}${rest}}`;
}
