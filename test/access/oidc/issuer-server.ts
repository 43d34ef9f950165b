import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export type Alg = 'RS256' | 'PS256' | 'ES256' | 'EdDSA' | 'RS512';

export interface SigningKey {
  readonly kid: string;
  readonly alg: Alg;
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
}

export interface TokenOptions {
  readonly claims?: JWTPayload;
  readonly key?: SigningKey;
  readonly header?: Record<string, unknown>;
}

/** An OpenID Connect issuer, as far as a node sees of one. */
export class IssuerServer {
  readonly url: string;
  readonly keys: Record<string, unknown>[] = [];
  /** What it calls itself; the place of its keys. */
  issuer: string;
  jwksUri: string;
  /** Answers 500 from now on. */
  broken = false;
  /** Bytes that are added to the key set. */
  ballast = 0;
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`;
    this.issuer = this.url;
    this.jwksUri = `${this.url}/keys`;
  }

  static async start(t: { teardown(work: () => Promise<unknown>): void }): Promise<IssuerServer> {
    const server = createServer((request, response) => issuer.#answer(request.url ?? '', response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new IssuerServer(server);
    t.teardown(() => issuer.close());
    return issuer;
  }

  async addKey(alg: Alg = 'RS256', kid = `key-${this.keys.length + 1}`): Promise<SigningKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    this.keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
    return { kid, alg, privateKey };
  }

  sign(key: SigningKey, { claims = {}, header = {} }: TokenOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: this.url, aud: 'kapok', sub: 'plant-7', iat: now, exp: now + 300, ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
      .sign(key.privateKey);
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(path: string, response: ServerResponse): void {
    this.asked.push(path);
    const documents: Record<string, unknown> = {
      '/realm/.well-known/openid-configuration': { issuer: this.issuer, jwks_uri: this.jwksUri },
      '/realm/keys': { keys: this.keys, ballast: 'x'.repeat(this.ballast) },
    };
    const document = this.broken ? undefined : documents[path];
    response.writeHead(document === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  }
}
