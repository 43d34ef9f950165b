import { randomBytes } from 'node:crypto';
import type { NodeCaller } from '../../access/node-caller.ts';
import type { NodeSubject } from '../../access/node-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { challengeText, isSignedBy } from './statements.ts';

export interface Claim {
  readonly prefix: Prefix;
  readonly url: string;
  /** The key that the applicant has filed: 32 raw bytes, base64url. */
  readonly key: string;
}

/**
 * Asks the endpoint that was filed for a signature with the key that was filed, over a nonce of ours. Throws
 * ENDPOINT_NOT_PROVEN with the reason; what stands at the endpoint otherwise is not told: applicants may name any.
 */
export async function challengeEndpoint(
  claim: Claim,
  { caller, parent, timeout }: { caller: NodeCaller; parent: NodeSubject; timeout: number },
): Promise<void> {
  const { prefix, url, key } = claim;
  const challenge = { nonce: randomBytes(24).toString('base64url'), parent, prefix };
  const asked = { method: 'POST', url: `${url}/api/v1/challenge`, body: JSON.stringify(challenge), timeout } as const;
  const answer = await caller.call(asked).catch((cause) => {
    const reason = 'gives no answer to a challenge: no node for this prefix is reached there';
    throw notProven(claim, reason, cause);
  });
  const { key: shown, signature } = (answer ?? {}) as { key?: unknown; signature?: unknown };
  if (shown !== key) throw notProven(claim, 'answers with another key than the one that was filed');
  if (typeof signature === 'string' && signature.length === 86 && isSignedBy(key, challengeText(challenge), signature))
    return;
  throw notProven(claim, 'does not hold the key that it shows: its signature is wrong');
}

function notProven({ prefix, url }: Claim, reason: string, cause?: unknown): KapokError {
  const message = `The endpoint ${url} ${reason}`;
  return new KapokError('ENDPOINT_NOT_PROVEN', { message, at: 'url', subject: prefix, cause });
}
