import type { IncomingMessage, ServerResponse } from 'node:http';
import { KapokError } from '../errors/kapok-error.ts';
import { type Identifier, parseIdentifier } from '../identifier/identifier.ts';
import { decodePath } from '../identifier/percent-encoding.ts';
import { createQuery } from '../resolve/query.ts';
import { isOurs } from './errors.ts';
import type { Observer } from './observe-requests.ts';
import { failureAnswer, outcomeAnswer, type PlainAnswer } from './plain-answer.ts';
import { plainPathOf, sendWhole } from './plain-request.ts';
import { queryOptions } from './resolve-request.ts';
import type { Services } from './services.ts';
import { sourceOf } from './source-network.ts';
import { spell } from './spell.ts';

const ROUTE = '/api/handles/*';

export interface PlainResolveOptions {
  readonly admits: (request: IncomingMessage) => boolean;
  readonly observe: Observer;
}

/** Resolves plain requests; false leaves one to the framework, which also says what is wrong with what cannot be read. */
export function createPlainResolve(services: Services, { admits, observe }: PlainResolveOptions) {
  const { memory, resolver, prefixes, config, log, now } = services;
  const options = queryOptions(services, {});

  const resolveAnswer = async (request: IncomingMessage, identifier: Identifier): Promise<PlainAnswer> => {
    const url = request.url as string;
    try {
      const query = createQuery(identifier, prefixes, options);
      const context = { deadline: now() + config.deadline, trace: null, source: sourceOf(request.socket) };
      const outcome = await resolver.resolve(query, context);
      spell(memory, query, url);
      return outcomeAnswer(query.text, outcome);
    } catch (error) {
      const failure = error instanceof KapokError ? error : new KapokError('INTERNAL', { cause: error });
      if (isOurs(failure)) log.error({ err: error, code: failure.code, url }, failure.message);
      return failureAnswer(failure);
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, identifier: Identifier): Promise<void> => {
    const begun = performance.now();
    const plain = await resolveAnswer(request, identifier);
    sendWhole(response, plain);
    const { url = '' } = request;
    const { status } = plain;
    observe({ method: 'GET', url, route: ROUTE, resolves: true, status, milliseconds: performance.now() - begun });
  };

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = plainPathOf(request);
    const identifier = path === null ? null : readPlainly(path);
    if (identifier === null || !admits(request)) return false;
    void answer(request, response, identifier);
    return true;
  };
}

/** Null: there is something to be said about it. */
function readPlainly(path: string): Identifier | null {
  try {
    return parseIdentifier(decodePath(path));
  } catch {
    return null;
  }
}
