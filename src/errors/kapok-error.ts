import { catalogue, type ErrorCode } from './catalogue.ts';

export interface RefusedTransition {
  readonly state: string;
  readonly possible: readonly string[];
}

export interface KapokErrorOptions {
  /** What went wrong, for the caller; the catalogue's text when absent. Never put anything internal here. */
  readonly message?: string;
  /** Where in the input: `values[2].index`, `line 17`. */
  readonly at?: string | undefined;
  /** The identifier or prefix the request was about. */
  readonly subject?: string | undefined;
  /** The identifier that takes the place of a withdrawn one. */
  readonly successor?: string | undefined;
  /** Of a refused change of state: the state, and what the caller could do in it. */
  readonly transition?: RefusedTransition | undefined;
  /** Of a 401: what `WWW-Authenticate` asks of this caller. */
  readonly challenge?: string | undefined;
  readonly cause?: unknown;
}

/** The one error that Kapok throws on purpose; transports translate it once, at their edge. */
export class KapokError extends Error {
  override readonly name = 'KapokError';
  readonly code: ErrorCode;
  readonly at: string | undefined;
  readonly subject: string | undefined;
  readonly successor: string | undefined;
  readonly transition: RefusedTransition | undefined;
  readonly challenge: string | undefined;

  constructor(code: ErrorCode, options: KapokErrorOptions = {}) {
    super(options.message ?? catalogue[code].text, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.at = options.at;
    this.subject = options.subject;
    this.successor = options.successor;
    this.transition = options.transition;
    this.challenge = options.challenge;
  }

  /** The same failure, told of the identifier that the caller named. */
  about(subject: string): KapokError {
    const { code, message, at, successor, transition, challenge } = this;
    return new KapokError(code, { message, at, subject, successor, transition, challenge, cause: this });
  }

  get httpStatus(): number {
    return catalogue[this.code].http;
  }

  get responseCode(): number {
    return catalogue[this.code].handle;
  }
}
