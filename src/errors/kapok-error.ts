import { catalogue, type ErrorCode } from './catalogue.ts';

export interface KapokErrorOptions {
  /** What went wrong, for the caller; the catalogue's text when absent. Never put anything internal here. */
  readonly message?: string;
  /** Where in the input: `values[2].index`, `line 17`. */
  readonly at?: string | undefined;
  /** The identifier or prefix the request was about. */
  readonly subject?: string | undefined;
  /** The identifier that takes the place of a withdrawn one. */
  readonly successor?: string | undefined;
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
  readonly challenge: string | undefined;

  constructor(code: ErrorCode, options: KapokErrorOptions = {}) {
    super(options.message ?? catalogue[code].text, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.at = options.at;
    this.subject = options.subject;
    this.successor = options.successor;
    this.challenge = options.challenge;
  }

  /** The same failure, told of the identifier that the caller named. */
  about(subject: string): KapokError {
    const { code, message, at, successor, challenge } = this;
    return new KapokError(code, { message, at, subject, successor, challenge, cause: this });
  }

  get httpStatus(): number {
    return catalogue[this.code].http;
  }

  get responseCode(): number {
    return catalogue[this.code].handle;
  }
}
