import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BareAnswer } from './bare-server.ts';
import { type Child, startChild } from './child.ts';
import type { Served } from './cpu.ts';
import { callHttp, type HttpAnswer } from './http.ts';

/** Headers about the connection and the moment; the server adds its own. */
const CONNECTION_HEADERS = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];

/** The bare `node:http` server, in its own process, saying whatever it was told to say. */
export class BareServer {
  readonly url: string;
  readonly served: readonly Served[];
  readonly #child: Child<{ url: string }>;

  private constructor(child: Child<{ url: string }>) {
    this.#child = child;
    this.url = child.first.url;
    this.served = [{ pid: child.pid }];
  }

  static async start(folder: string): Promise<BareServer> {
    return new BareServer(await startChild({ path: 'bench/bare-server', logFile: join(folder, 'bare.log') }));
  }

  /** From now on it gives this answer, byte for byte; throws when it does not. */
  async imitate(answer: HttpAnswer): Promise<void> {
    const headers = [...ownHeaders(answer), 'content-length', String(answer.body.length)];
    await this.#child.ask<unknown>({ headers, body: answer.body.toString('base64') } satisfies BareAnswer);
    const given = await callHttp(this.url);
    if (!given.body.equals(answer.body) || !isDeepStrictEqual(ownHeaders(given), ownHeaders(answer))) {
      throw new Error('The bare server does not give the answer it was told to give');
    }
  }

  close(): Promise<void> {
    return this.#child.close();
  }
}

/** The headers that the application gave, names and values in turn. */
function ownHeaders({ headers }: HttpAnswer): string[] {
  return headers.filter((_, i) => !CONNECTION_HEADERS.includes(headers[i - (i % 2)] as string));
}
