import { KapokError } from '../../errors/kapok-error.ts';

/** What is said of a piece of work; texts are cut at 256 characters. Public facts alone: no values, no credentials, no addresses of clients. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** A piece of work that a trace shows, from its making to its end. Whoever is not followed has none. */
export interface Span {
  /** The request that it is part of: what is asked of another node for it travels apart from what is asked for others. */
  readonly request: string;
  /** A piece of it that is done here. */
  begin(name: string, facts?: Facts): Span;
  /** A piece of it that another program does. */
  call(name: string, facts?: Facts): Span;
  tell(facts: Facts): void;
  /** `failure`: the code of what it failed with; messages may say what is not public. */
  end(facts?: Facts, failure?: string): void;
  /** The headers by which another node goes on with it (W3C Trace Context). */
  headers(): Readonly<Record<string, string>>;
}

/** What a span is told of an error. */
export function codeOf(error: unknown): string {
  return error instanceof KapokError ? error.code : 'INTERNAL';
}
