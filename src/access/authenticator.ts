import { KapokError } from '../errors/kapok-error.ts';
import type { Caller } from './caller.ts';

/** What a request proves its sender by. */
export interface Credentials {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One way to prove who is asking. */
export interface Scheme {
  /** The caller; null when the credential is wrong; undefined when the request brings none of this scheme. */
  find(credentials: Credentials): Promise<Caller | null> | undefined;
}

/** Tries the schemes of a node, in order. A wrong credential is an error, never a guest. */
export class Authenticator {
  readonly #schemes: readonly Scheme[];

  constructor(schemes: readonly Scheme[]) {
    this.#schemes = schemes;
  }

  /** Null without a credential. Throws INVALID_CREDENTIAL for a wrong one, and for `Authorization` of a scheme that is not known. */
  async find(credentials: Credentials): Promise<Caller | null> {
    for (const scheme of this.#schemes) {
      const found = scheme.find(credentials);
      if (found === undefined) continue;
      const caller = await found;
      if (caller === null) throw new KapokError('INVALID_CREDENTIAL');
      return caller;
    }
    if (credentials.headers.authorization !== undefined) throw new KapokError('INVALID_CREDENTIAL');
    return null;
  }
}
