import { randomBytes } from 'node:crypto';
import { KapokError } from '../../errors/kapok-error.ts';
import { importNodeKey, isNodeKey, type NodeKey, type NodeSubject, subjectOfKey } from '../node-key.ts';
import { createContentDigest } from './content-digest.ts';
import { type Components, readSignature, signComponents } from './signature.ts';

/** The raw public key of the caller, base64url: the signature's keyid is its SHA-256. */
export const KEY_HEADER = 'kapok-node-key';
/** The subject of the node that the call is for: one that it was sent to cannot pass it on to another. */
export const RECIPIENT_HEADER = 'kapok-recipient';
/** How far the time of a call may lie from ours, in seconds: clocks differ, and a call takes its time. */
export const CREATED_WINDOW = 60;

export interface RequestToSign {
  readonly method: string;
  readonly url: string;
  readonly recipient: NodeSubject;
  readonly body?: string | undefined;
}

/** The headers that make a call of another node a call of this one. */
export function signRequest(
  { method, url, recipient, body }: RequestToSign,
  { key, now }: { key: NodeKey; now: () => number },
): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  const headers = {
    [KEY_HEADER]: String(key.publicKey.x),
    [RECIPIENT_HEADER]: recipient,
    ...(body === undefined ? {} : { 'content-digest': createContentDigest(body) }),
  };
  const components = componentsOf({ method, authority: host, target: `${pathname}${search}`, headers });
  const created = Math.floor(now() / 1000);
  return { ...headers, ...signComponents(components, { key, created, nonce: randomBytes(16).toString('base64url') }) };
}

export interface ReceivedRequest {
  readonly method: string;
  /** `Host`, as it was sent. */
  readonly authority: string;
  /** The request target: path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface SignedCall {
  readonly subject: NodeSubject;
  /** Used once: whoever accepts the call must see to it. */
  readonly nonce: string;
}

/**
 * Which node has signed a call to this one. Throws INVALID_CREDENTIAL with the reason why it cannot be told.
 * A body is held to its digest where it is read.
 */
export function verifyRequest(
  request: ReceivedRequest,
  { recipient, now }: { recipient: NodeSubject; now: () => number },
): SignedCall {
  const { headers } = request;
  const stated = readSignature(headers);
  if (stated === null) throw refused('Signature-Input and Signature hold no signature "kapok"');
  const key = { kty: 'OKP', crv: 'Ed25519', x: headers[KEY_HEADER] };
  if (!isNodeKey(key)) throw refused('Kapok-Node-Key is no Ed25519 key');
  const subject = subjectOfKey(key);
  if (stated.keyid !== subject) throw refused('its keyid is not the SHA-256 of Kapok-Node-Key');
  if (headers[RECIPIENT_HEADER] !== recipient) throw refused('it is for another node');
  if (Math.abs(now() / 1000 - stated.created) > CREATED_WINDOW) {
    throw refused(`its time is over ${CREATED_WINDOW} seconds from the time here`);
  }
  if (stated.nonce.length < 16 || stated.nonce.length > 64) throw refused('its nonce must have 16 to 64 characters');
  if (hasBody(headers) && headers['content-digest'] === undefined) throw refused('a body needs a Content-Digest');
  // Only there is a body held to its digest; an upload is a stream that is stored while it arrives.
  if (hasBody(headers) && !/^application\/json\b/i.test(String(headers['content-type'])))
    throw refused('a body must be JSON');
  if (!stated.isBy(importNodeKey(key.x), componentsOf(request))) throw refused('it is not what that key signs');
  return { subject, nonce: stated.nonce };
}

/** What a signature of a call covers: with a Content-Digest that too. */
function componentsOf({ method, authority, target, headers }: ReceivedRequest): Components {
  const query = target.indexOf('?');
  const digest = headers['content-digest'];
  return [
    ['"@method"', method.toUpperCase()],
    ['"@authority"', authority.toLowerCase()],
    ['"@path"', query < 0 ? target : target.slice(0, query)],
    ['"@query"', query < 0 ? '?' : target.slice(query)],
    [`"${KEY_HEADER}"`, String(headers[KEY_HEADER])],
    [`"${RECIPIENT_HEADER}"`, String(headers[RECIPIENT_HEADER])],
    ...(digest === undefined ? [] : [['"content-digest"', String(digest)] as const]),
  ];
}

function hasBody(headers: ReceivedRequest['headers']): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || Number(length) !== 0;
}

function refused(reason: string): KapokError {
  return new KapokError('INVALID_CREDENTIAL', { message: `The signature of this call is refused: ${reason}` });
}
