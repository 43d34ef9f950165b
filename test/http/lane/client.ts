import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Test } from 'tap';

/** A request with nothing but what each must have, and these lines. */
export function get(target: string, ...lines: string[]): string {
  return `GET ${target} HTTP/1.1\r\n${['Host: a', ...lines].join('\r\n')}\r\n\r\n`;
}

/** A connection of its own, of which each byte is what the test sends. */
export async function connectTo(t: Test, port: number | string): Promise<Client> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  t.teardown(() => socket.destroy());
  const client = new Client(socket);
  await once(socket, 'connect');
  return client;
}

/** One end of a connection, which ends its own side by itself alone. */
export class Client {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  #unread = '';
  #ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = Promise.race([once(socket, 'end'), once(socket, 'close')]).catch(() => {});
    void this.closed.then(() => {
      this.#ended = true;
    });
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#unread += chunk.toString('latin1');
    });
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** The next answer, without the second of its Date. */
  async read(): Promise<{ head: string; body: string }> {
    await this.#until(() => this.#unread.includes('\r\n\r\n'));
    const at = this.#unread.indexOf('\r\n\r\n') + 4;
    const head = this.#unread.slice(0, at - 4).replace(/^Date: .* GMT/m, 'Date: now');
    const end = at + Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    await this.#until(() => this.#unread.length >= end);
    const body = this.#unread.slice(at, end);
    this.#unread = this.#unread.slice(end);
    return { head, body };
  }

  /** The answer to a request. */
  ask(target: string, ...lines: string[]): Promise<{ head: string; body: string }> {
    this.send(get(target, ...lines));
    return this.read();
  }

  async bodies(count: number): Promise<string[]> {
    const bodies: string[] = [];
    while (bodies.length < count) bodies.push((await this.read()).body);
    return bodies;
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.#ended) throw new Error(`the connection has ended after ${JSON.stringify(this.#unread.slice(0, 500))}`);
      await Promise.race([once(this.socket, 'data'), this.closed]);
    }
  }
}
