import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createNodeKey, type NodeKey } from '../../src/access/node-key.ts';
import { readAcceptSignature, signAnswer } from '../../src/access/signatures/answer-signature.ts';
import { siteOfUrl } from '../../src/record/site.ts';
import { answering, type Behaviour, type FaultyPeer, found, startFaultyPeer } from './faulty-peer.ts';

export function createTestKey(): NodeKey {
  return createNodeKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
}

/** How an answer is signed otherwise than it should be. */
export interface Tampering {
  readonly key?: NodeKey;
  readonly nonce?: string;
  /** What is signed in place of what is sent. */
  readonly body?: string;
  readonly status?: number;
  /** Changes the headers once they are made. */
  readonly headers?: (headers: Record<string, string>) => Record<string, string | undefined>;
}

/** Sends a body as the node with this key signs it when it is asked to. */
export function sendSigned(
  { request, response, body }: { request: IncomingMessage; response: ServerResponse; body: string },
  key: NodeKey,
  tampering: Tampering = {},
): void {
  const { method = '', url: target = '', headers: sent } = request;
  const digest = sent['content-digest'] === undefined ? undefined : String(sent['content-digest']);
  const asked = { method, target, digest };
  const nonce = readAcceptSignature(sent['accept-signature'], asked);
  if (nonce !== null) {
    const signed = { status: tampering.status ?? 200, body: tampering.body ?? body };
    const options = { asked, nonce: tampering.nonce ?? nonce, key: tampering.key ?? key, now: Date.now };
    const made: Record<string, string> = { ...signAnswer(signed, options) };
    for (const [name, value] of Object.entries(tampering.headers?.(made) ?? made)) {
      if (value !== undefined) response.setHeader(name, value);
    }
  }
  response.end(body);
}

/** Answers each identifier, and signs. */
export function signing(
  key: NodeKey,
  tampering: Tampering = {},
  answer: (identifier: string) => unknown = found,
): Behaviour {
  return ({ identifiers }, response, request) =>
    sendSigned({ request, response, body: JSON.stringify({ answers: identifiers.map(answer) }) }, key, tampering);
}

/** A peer that shows this key in its site. */
export async function startSigningPeer(
  t: { teardown(work: () => Promise<unknown>): void },
  key: NodeKey,
): Promise<FaultyPeer> {
  let url = '';
  const peer = await startFaultyPeer(t, answering(found), (request, response) => {
    const site = siteOfUrl(url, { publicKey: key.publicKey });
    sendSigned({ request, response, body: JSON.stringify({ responseCode: 1, site }) }, key);
  });
  url = peer.url;
  peer.behave(signing(key));
  return peer;
}
