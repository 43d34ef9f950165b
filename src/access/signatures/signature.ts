import { type KeyObject, verify } from 'node:crypto';
import { type InnerList, parseDictionary, serializeInnerList, serializeParameters } from 'structured-headers';
import type { NodeKey } from '../node-key.ts';

/** The label under which nodes sign; signatures of others beside it are not looked at. */
export const LABEL = 'kapok';
/** The identifiers of covered components as RFC 9421 §2 writes them, such as `"@method";req`, with their values. */
export type Components = readonly (readonly [identifier: string, value: string])[];

export interface SignatureParameters {
  /** Seconds of the epoch. */
  readonly created: number;
  readonly nonce: string;
  readonly keyid: string;
}

export type SignatureHeaders = Readonly<Record<'signature-input' | 'signature', string>>;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** No node writes longer ones: a bound before anything is parsed. */
const MAX_HEADER = 2_048;

/** Signs components with Ed25519 (RFC 9421 §3.1). */
export function signComponents(
  components: Components,
  { key, created, nonce }: { key: NodeKey; created: number; nonce: string },
): SignatureHeaders {
  const parameters = new Map<string, string | number>([
    ...([['created', created] as const, ['nonce', nonce] as const] as const),
    ...([['keyid', key.subject] as const, ['alg', 'ed25519'] as const] as const),
  ]);
  const input = `${listOf(components)}${serializeParameters(parameters)}`;
  const signature = key.sign(Buffer.from(signatureBase(components, input))).toString('base64');
  return { 'signature-input': `${LABEL}=${input}`, signature: `${LABEL}=:${signature}:` };
}

/** A signature as its headers state it: nothing of it is verified yet. */
export interface StatedSignature extends SignatureParameters {
  /** Whether it was made by this key, over exactly these components in this order. */
  isBy(key: KeyObject, components: Components): boolean;
}

/** The signature of a message; null when its headers hold none, or none that a node would write (RFC 9421 §4). */
export function readSignature(headers: Headers): StatedSignature | null {
  const list = memberOf(headers['signature-input']);
  const [bytes] = memberOf(headers.signature) ?? [];
  if (list === null || !Array.isArray(list[0]) || !(bytes instanceof ArrayBuffer)) return null;
  const input = list as InnerList;
  const { created, nonce, keyid, alg } = Object.fromEntries(input[1]);
  if (!Number.isSafeInteger(created) || typeof nonce !== 'string' || typeof keyid !== 'string') return null;
  if (alg !== undefined && alg !== 'ed25519') return null;
  const isBy = (key: KeyObject, components: Components) => {
    // Exactly these: a signature that covers less, or the components of another message, says less than it seems to.
    if (!isListOf(input, components)) return false;
    const base = signatureBase(components, serializeInnerList(input));
    return verify(null, Buffer.from(base), key, Buffer.from(bytes));
  };
  return { created: created as number, nonce, keyid, isBy };
}

/** The list of covered components, as `Signature-Input` and `Accept-Signature` state it. */
export function listOf(components: Components): string {
  return `(${components.map(([identifier]) => identifier).join(' ')})`;
}

export function isListOf([items]: InnerList, components: Components): boolean {
  return serializeInnerList([items, new Map()]) === listOf(components);
}

/** What is signed: a line a component, and the parameters of the signature itself (RFC 9421 §2.5). */
export function signatureBase(components: Components, input: string): string {
  const lines = components.map(([identifier, value]) => `${identifier}: ${value}`);
  return [...lines, `"@signature-params": ${input}`].join('\n');
}

/** The member of a header's dictionary that is under our label. */
export function memberOf(header: string | string[] | undefined) {
  const text = Array.isArray(header) ? header.join(', ') : header;
  if (text === undefined || text.length > MAX_HEADER) return null;
  try {
    return parseDictionary(text).get(LABEL) ?? null;
  } catch {
    // Whoever sends it is told that there is no signature: that is what a text that is none comes to.
    return null;
  }
}
