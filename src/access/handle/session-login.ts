import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import { claimsKey, type HandleAuthorization } from './authorization.ts';
import { parseKeyReference } from './key-reference.ts';
import { type KeyRecords, NOT_VERIFIED, proveKey } from './prove-key.ts';
import { authenticateSession, findSession, type Session } from './sessions.ts';
import { parseAlgorithm } from './verify-proof.ts';

export interface SessionLogin {
  /** The session that the credential names; null when there is none. */
  readonly session: Session | null;
  /** Why the credential is not taken; null when it is, also when it claims nothing. */
  readonly error: string | null;
}

/** Of RSA 8192, in base64. */
const MAX_SIGNATURE = 1_400;
const MAX_CNONCE = 256;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * What `Authorization: Handle …` is worth: it names a session, and may prove a key in it by a signature over the session's
 * nonce and the client's. A nonce is signed once: the session has another one afterwards. The very credential that gave the
 * session its subject may come again, as in Handle; it says no more than the session's name does.
 */
export async function logInToSession(
  { database, keys }: { database: Database; keys: KeyRecords },
  authorization: HandleAuthorization,
): Promise<SessionLogin> {
  const { version, sessionId } = authorization;
  const session = sessionId === undefined ? null : await findSession(database, sessionId);
  if (session === null) return { session, error: 'There is no such session: POST /api/sessions opens one' };
  if (version !== undefined && version !== '0') return { session, error: 'version must be 0' };
  if (!claimsKey(authorization)) return { session, error: null };
  const proof = digestOf(authorization);
  if (session.proof !== null && timingSafeEqual(session.proof, proof)) return { session, error: null };
  const proven = await prove(keys, session, authorization);
  if ('reason' in proven) return { session, error: proven.reason };
  const authenticated = await authenticateSession(database, session, { subject: proven.subject, proof });
  if (authenticated === null) return { session, error: 'The nonce of the session was signed before' };
  return { session: authenticated, error: null };
}

async function prove(
  keys: KeyRecords,
  session: Session,
  { id, cnonce, type, alg, signature }: HandleAuthorization,
): Promise<{ readonly subject: string } | { readonly reason: string }> {
  if (id === undefined || cnonce === undefined || alg === undefined || signature === undefined)
    return { reason: 'id, cnonce, type, alg and signature belong together' };
  if (type !== 'HS_PUBKEY' && type !== 'HS_SECKEY') return { reason: 'type must be HS_PUBKEY or HS_SECKEY' };
  const algorithm = parseAlgorithm(type, alg);
  if (typeof algorithm !== 'string') return algorithm;
  const own = decode(cnonce, MAX_CNONCE);
  const given = decode(signature, MAX_SIGNATURE);
  if (own === null || given === null) return { reason: 'cnonce and signature must be base64' };
  const reference = parseKeyReference(id);
  if (reference === null) return { reason: NOT_VERIFIED };
  const signed = Buffer.concat([session.nonce, own]);
  return proveKey(keys, reference, { type, alg: algorithm, signature: given, signed });
}

function digestOf({ id, cnonce, type, alg, signature }: HandleAuthorization): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([id, cnonce, type, alg, signature]))
    .digest();
}

function decode(text: string, max: number): Buffer | null {
  return text.length <= max && BASE64.test(text) ? Buffer.from(text, 'base64') : null;
}
