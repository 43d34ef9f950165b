import type { InnerList } from 'structured-headers';
import type { Key } from '../../record/value.ts';
import { importNodeKey, type NodeKey, type NodeSubject, subjectOfKey } from '../node-key.ts';
import { createContentDigest, isContentDigest } from './content-digest.ts';
import {
  type Components,
  isListOf,
  LABEL,
  listOf,
  memberOf,
  readSignature,
  type SignatureHeaders,
  signComponents,
} from './signature.ts';

/** The request that an answer belongs to. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Its Content-Digest, when it has a body. */
  readonly digest?: string | undefined;
}

export interface GivenAnswer {
  readonly status: number;
  readonly body: Uint8Array | string;
}

/** `Accept-Signature`: asks for a signature with this nonce, which ties the answer to this call (RFC 9421 §5.1). */
export function acceptSignature(asked: Asked, nonce: string): string {
  return `${LABEL}=${listOf(covered(asked))};nonce="${nonce}"`;
}

/** The nonce of an answer that is to be signed; null when none is asked for, or over other components than nodes sign. */
export function readAcceptSignature(header: string | string[] | undefined, asked: Asked): string | null {
  const member = memberOf(header);
  if (member === null || !Array.isArray(member[0])) return null;
  const nonce = member[1].get('nonce');
  if (typeof nonce !== 'string' || nonce.length < 16 || nonce.length > 64) return null;
  return isListOf(member as InnerList, covered(asked)) ? nonce : null;
}

/** The headers that say which node gave an answer, and to which call. */
export function signAnswer(
  { status, body }: GivenAnswer,
  { asked, nonce, key, now }: { asked: Asked; nonce: string; key: NodeKey; now: () => number },
): SignatureHeaders & { 'content-digest': string } {
  const digest = createContentDigest(body);
  const created = Math.floor(now() / 1000);
  return {
    'content-digest': digest,
    ...signComponents(componentsOf(asked, { status, digest }), { key, created, nonce }),
  };
}

export interface AnswerToVerify extends GivenAnswer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The reason why an answer is not what the node with this key says to this call; null when it is. The nonce is ours and
 * fresh, so the time of the signature need not be looked at: the clocks of nodes may differ as they like.
 */
export function whyNotSigned(
  { status, body, headers }: AnswerToVerify,
  { asked, nonce, key }: { asked: Asked; nonce: string; key: Key & { readonly x: string } },
): string | null {
  const stated = readSignature(headers);
  const digest = headers['content-digest'];
  if (stated === null || typeof digest !== 'string') return 'It did not sign its answer';
  if (stated.keyid !== (subjectOfKey(key) satisfies NodeSubject))
    return 'Its answer is signed with another key than its site names';
  if (stated.nonce !== nonce) return 'Its answer is signed for another call';
  if (!isContentDigest(digest, body)) return 'Its answer is not what it has signed';
  const components = componentsOf(asked, { status, digest });
  return stated.isBy(importNodeKey(key.x), components) ? null : 'The signature of its answer is wrong';
}

function componentsOf({ method, target, digest }: Asked, answer: { status: number; digest: string }): Components {
  const query = target.indexOf('?');
  return [
    ['"@status"', String(answer.status)],
    ['"content-digest"', answer.digest],
    ['"@method";req', method.toUpperCase()],
    ['"@path";req', query < 0 ? target : target.slice(0, query)],
    ['"@query";req', query < 0 ? '?' : target.slice(query)],
    ...(digest === undefined ? [] : [['"content-digest";req', digest] as const]),
  ];
}

function covered(asked: Asked): Components {
  return componentsOf(asked, { status: 200, digest: '' });
}
