import { Client } from 'undici';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface Response {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** An answer that does not come in this time counts as none, in milliseconds. */
const PATIENCE = 10_000;

/** One connection at a time to a node, which deals connections out to its workers: a new one may lead to another worker. */
export class Connection {
  readonly #url: string;
  #client: Client;

  constructor(url: string) {
    this.#url = url;
    this.#client = this.#open();
  }

  /** Throws when there is no answer. */
  async ask({ method, path, headers = {}, body }: Request): Promise<Response> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await this.#client.request({ method, path, headers: { ...type, ...headers }, ...content });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  }

  /** The next request goes over a new one. */
  async renew(): Promise<void> {
    const old = this.#client;
    this.#client = this.#open();
    await old.destroy();
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }

  #open(): Client {
    return new Client(this.#url, { headersTimeout: PATIENCE, bodyTimeout: PATIENCE });
  }
}
