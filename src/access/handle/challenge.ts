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
