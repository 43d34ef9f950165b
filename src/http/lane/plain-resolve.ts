import { KapokError } from '../../errors/kapok-error.ts';
import type { Identifier } from '../../identifier/identifier.ts';
import type { Outcome } from '../../resolve/outcome.ts';
import { createQuery } from '../../resolve/query.ts';
import type { Awaitable } from '../../resolve/resolver.ts';
import type { Span } from '../../telemetry/traces/span.ts';
import { isOurs } from '../errors.ts';
import type { Observer } from '../observe-requests.ts';
import type { Peer } from '../peer.ts';
import { queryOptions } from '../resolve-request.ts';
import type { Services } from '../services.ts';
import { failureAnswer, outcomeAnswer, type PlainAnswer } from './plain-answer.ts';
import { ROUTE } from './plain-target.ts';
import { spell } from './spell.ts';

export interface Asked {
  readonly target: string;
  /** The part of it that names the identifier. */
  readonly path: string;
  readonly peer: Peer;
  readonly span: Span | undefined;
}

/** Resolves what plain requests ask for. */
export function createPlainResolve(services: Services, observe: Observer) {
  const { memory, resolver, prefixes, config, log, now } = services;
  const options = queryOptions(services, {});

  return (identifier: Identifier, { target, path, peer, span }: Asked): Awaitable<PlainAnswer> => {
    const begun = performance.now();
    const query = createQuery(identifier, prefixes, options);

    const observed = (answer: PlainAnswer): PlainAnswer => {
      const { status } = answer;
      const milliseconds = performance.now() - begun;
      observe({ method: 'GET', url: target, route: ROUTE, resolves: true, status, milliseconds });
      return answer;
    };
    const failed = (error: unknown): PlainAnswer => {
      const failure = error instanceof KapokError ? error : new KapokError('INTERNAL', { cause: error });
      if (isOurs(failure)) log.error({ err: error, code: failure.code, url: target }, failure.message);
      return observed(failureAnswer(failure));
    };
    const answered = (outcome: Outcome): PlainAnswer => {
      try {
        if (outcome.kind === 'found') spell(memory, query, path);
        return observed(outcomeAnswer(query.text, outcome));
      } catch (error) {
        return failed(error);
      }
    };

    try {
      const { source } = peer;
      const context = { deadline: now() + config.deadline, trace: null, source };
      const outcome = resolver.resolve(query, span === undefined ? context : { ...context, span });
      return outcome instanceof Promise ? outcome.then(answered, failed) : answered(outcome);
    } catch (error) {
      return failed(error);
    }
  };
}
