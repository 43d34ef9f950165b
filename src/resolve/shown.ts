import { codeOf, type Facts, type Span } from '../telemetry/traces/span.ts';

/** Waits for a piece of work, and ends its span as it ends. */
export async function shown<T>(span: Span, work: Promise<T>, factsOf: (result: T) => Facts): Promise<T> {
  try {
    const result = await work;
    span.end(factsOf(result));
    return result;
  } catch (error) {
    span.end({}, codeOf(error));
    throw error;
  }
}
