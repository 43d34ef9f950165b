import { quote } from './authorization.ts';

export interface Challenge {
  readonly sessionId?: string | undefined;
  readonly nonce?: Buffer | undefined;
  /** Why the credential that came was not taken. */
  readonly error?: string | undefined;
}

/** `WWW-Authenticate: Handle …`, in the order of Handle's parameters. */
export function printChallenge({ sessionId, nonce, error }: Challenge): string {
  const parts = [
    ...(sessionId === undefined ? [] : [`sessionId=${quote(sessionId)}`]),
    ...(nonce === undefined ? [] : [`nonce=${quote(nonce.toString('base64'))}`]),
    ...(error === undefined ? [] : [`error=${quote(error)}`]),
  ];
  return parts.length === 0 ? 'Handle' : `Handle ${parts.join(', ')}`;
}

/** A browser that is told of Basic opens a window for a password; a script that says who it is gets none, as in Handle. */
export function wantsBasic(requestedWith: string | undefined): boolean {
  return requestedWith?.toLowerCase() !== 'xmlhttprequest';
}

export const BASIC_CHALLENGE = 'Basic realm="handle", charset="UTF-8"';
