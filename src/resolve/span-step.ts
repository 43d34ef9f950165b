import { codeOf } from '../telemetry/traces/span.ts';
import type { Context } from './context.ts';
import { layerOfFailure } from './layer-of-failure.ts';
import type { Outcome, Query } from './outcome.ts';
import type { Awaitable, Resolver } from './resolver.ts';

/** Shows each resolution of a followed request. It is there on a node that follows requests alone. */
export class SpanStep implements Resolver {
  readonly #next: Resolver;

  constructor(next: Resolver) {
    this.#next = next;
  }

  resolve(query: Query, context: Context): Awaitable<Outcome> {
    if (context.span === undefined) return this.#next.resolve(query, context);
    const span = context.span.begin('resolve', { 'kapok.identifier': query.text });
    const ended = (outcome: Outcome) => span.end(factsOf(outcome));
    const failed = (error: unknown) =>
      span.end({ 'kapok.outcome': 'failed', 'kapok.layer': layerOfFailure(error) }, codeOf(error));
    try {
      const outcome = this.#next.resolve(query, { ...context, span });
      if (outcome instanceof Promise) outcome.then(ended, failed);
      else ended(outcome);
      return outcome;
    } catch (error) {
      failed(error);
      throw error;
    }
  }
}

function factsOf({ kind, source, stale }: Outcome) {
  return { 'kapok.outcome': kind, 'kapok.layer': source, ...(stale === undefined ? {} : { 'kapok.stale': stale }) };
}
