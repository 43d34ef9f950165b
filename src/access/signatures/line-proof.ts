import { verify } from 'node:crypto';
import type { Key } from '../../record/value.ts';
import { importNodeKey, isNodeKey } from '../node-key.ts';

export interface SignedLine {
  /** The caller's own: ties the line to this call. */
  readonly nonce: string;
  /** Its place in the stream, from 0: none can be left out, or come again. */
  readonly number: number;
  readonly said: string;
}

/** What the proof of a line of a stream covers (Ed25519, RFC 8032). */
export function proofText({ nonce, number, said }: SignedLine): Buffer {
  return Buffer.from(`${nonce}\n${number}\n${said}`);
}

/** Verifies lines by the key that a site names; a site that names none, or one of another kind, is believed as it is. */
export function createLineVerifier(key: Key | undefined): (line: SignedLine, proof: string) => boolean {
  if (!isNodeKey(key)) return () => true;
  const imported = importNodeKey(key.x);
  return (line, proof) => verify(null, proofText(line), imported, Buffer.from(proof, 'base64url'));
}
