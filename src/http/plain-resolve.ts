import type { IncomingMessage, ServerResponse } from 'node:http';
import { KapokError } from '../errors/kapok-error.ts';
import { type Identifier, parseIdentifier } from '../identifier/identifier.ts';
import { decodePath } from '../identifier/percent-encoding.ts';
import type { Outcome } from '../resolve/outcome.ts';
import { createQuery } from '../resolve/query.ts';
import type { Awaitable } from '../resolve/resolver.ts';
import { isOurs } from './errors.ts';
import type { Observer } from './observe-requests.ts';
import { failureAnswer, outcomeAnswer, type PlainAnswer } from './plain-answer.ts';
import { plainPathOf, sendWhole } from './plain-request.ts';
import { queryOptions } from './resolve-request.ts';
import type { Services } from './services.ts';
import { sourceOf } from './source-network.ts';
import { spell } from './spell.ts';
import type { UnderWay } from './under-way.ts';

const ROUTE = '/api/handles/*';

export interface PlainResolveOptions {
  readonly admits: (request: IncomingMessage) => boolean;
  readonly observe: Observer;
  readonly underWay: UnderWay;
}

/** Resolves plain requests; false leaves one to the framework, which also says what is wrong with what cannot be read. */
export function createPlainResolve(services: Services, { admits, observe, underWay }: PlainResolveOptions) {
  const { memory, resolver, prefixes, config, log, now } = services;
  const options = queryOptions(services, {});

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = plainPathOf(request);
    const identifier = path === null ? null : readPlainly(path);
    if (identifier === null || !admits(request)) return false;
    const url = request.url as string;
    const begun = performance.now();
    const query = createQuery(identifier, prefixes, options);

    const failed = (error: unknown): PlainAnswer => {
      const failure = error instanceof KapokError ? error : new KapokError('INTERNAL', { cause: error });
      if (isOurs(failure)) log.error({ err: error, code: failure.code, url }, failure.message);
      return failureAnswer(failure);
    };
    const answered = (outcome: Outcome): PlainAnswer => {
      try {
        if (outcome.kind === 'found') spell(memory, query, url);
        return outcomeAnswer(query.text, outcome);
      } catch (error) {
        return failed(error);
      }
    };
    const send = (plain: PlainAnswer) => {
      sendWhole(response, plain);
      const { status } = plain;
      observe({ method: 'GET', url, route: ROUTE, resolves: true, status, milliseconds: performance.now() - begun });
    };

    let outcome: Awaitable<Outcome>;
    try {
      const context = { deadline: now() + config.deadline, trace: null, source: sourceOf(request.socket) };
      outcome = resolver.resolve(query, context);
    } catch (error) {
      send(failed(error));
      return true;
    }
    if (outcome instanceof Promise) {
      underWay.begin(request, response);
      outcome.then(
        (late) => send(answered(late)),
        (error) => send(failed(error)),
      );
    } else send(answered(outcome));
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
