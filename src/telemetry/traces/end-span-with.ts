import { codeOf, type Facts, type Span } from './span.ts';

/** Ends the span of a piece of work as that ends, and answers as that does; without a span it is the work itself. */
export function endSpanWith<T>(span: Span | undefined, work: Promise<T>, factsOf: (result: T) => Facts): Promise<T> {
  return span === undefined ? work : ending(span, work, factsOf);
}

async function ending<T>(span: Span, work: Promise<T>, factsOf: (result: T) => Facts): Promise<T> {
  try {
    const result = await work;
    span.end(factsOf(result));
    return result;
  } catch (error) {
    span.end({}, codeOf(error));
    throw error;
  }
}
