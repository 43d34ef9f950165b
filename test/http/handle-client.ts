import { type KeyObject, randomBytes } from 'node:crypto';
import { type HandleAuthorization, printHandleAuthorization } from '../../src/access/handle/authorization.ts';
import { signWith } from '../access/handle/keys.ts';
import type { Answer, CallOptions } from '../support/call.ts';
import type { TestNode } from '../support/node.ts';
import { printBasic } from '../support/print-basic.ts';

export interface OpenSession {
  readonly sessionId: string;
  readonly nonce: string;
}

/** What a client of Handle's sessions sends, and a node that it talks to. */
export class HandleClient {
  readonly #node: TestNode;

  constructor(node: TestNode) {
    this.#node = node;
  }

  async open(options: CallOptions = {}): Promise<OpenSession> {
    const { status, json, text } = await this.#node.call('POST', '/api/sessions', { token: null, ...options });
    if (status !== 201) throw new Error(text);
    return json;
  }

  /** The header of a signature over a session's nonce. */
  sign({ sessionId, nonce }: OpenSession, id: string, key: KeyObject): HandleAuthorization {
    const cnonce = randomBytes(16);
    const signature = signWith(key, Buffer.concat([Buffer.from(nonce, 'base64'), cnonce])).toString('base64');
    const alg = key.asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'SHA256';
    return { version: '0', sessionId, cnonce: cnonce.toString('base64'), id, type: 'HS_PUBKEY', alg, signature };
  }

  call(method: string, path: string, authorization: HandleAuthorization, options: CallOptions = {}): Promise<Answer> {
    return this.#with(method, path, printHandleAuthorization(authorization), options);
  }

  basic(method: string, path: string, [id, secret]: [string, string], options: CallOptions = {}): Promise<Answer> {
    return this.#with(method, path, printBasic(id, secret), options);
  }

  async logIn(id: string, key: KeyObject): Promise<OpenSession> {
    const session = await this.open();
    const answer = await this.call('PUT', '/api/sessions/this', this.sign(session, id, key));
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json;
  }

  #with(method: string, path: string, authorization: string, { headers, ...options }: CallOptions): Promise<Answer> {
    return this.#node.call(method, path, { ...options, token: null, headers: { ...headers, authorization } });
  }
}
