import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}

/** What a receiver does with a message; without one it is taken. */
export type Receipt = (response: ServerResponse, message: Received, request: IncomingMessage) => void | Promise<void>;

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** In the order in which they came. */
  readonly messages: Received[];
  behave(receipt: Receipt): void;
}

export const take: Receipt = (response) => void response.writeHead(204).end();
export const answer =
  (status: number): Receipt =>
  (response) =>
    void response.writeHead(status).end();

/** An endpoint of webhooks on this machine. */
export async function startReceiver(
  t: { teardown(work: () => Promise<unknown>): void },
  receipt: Receipt = take,
): Promise<Receiver> {
  const messages: Received[] = [];
  let present = receipt;
  const server = createServer(async (request, response) => {
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const body = await text(request);
    const message = { id: header('id'), timestamp: header('timestamp'), signature: header('signature'), body };
    messages.push(message);
    await present(response, message, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    messages,
    behave: (next) => {
      present = next;
    },
  };
}

/** What a receiver computes by the Standard Webhooks specification, for one secret. */
export function signatureOf(secret: string, { id, timestamp, body }: Received): string {
  const [, key = ''] = /^whsec_(.+)$/.exec(secret) ?? [];
  const hmac = createHmac('sha256', Buffer.from(key, 'base64'));
  return `v1,${hmac.update(Buffer.from([id, timestamp, body].join('.'))).digest('base64')}`;
}
