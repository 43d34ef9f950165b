import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the bare server says to every request. */
export interface BareAnswer {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Base64. */
  readonly body: string;
}

/**
 * The yardstick: a `node:http` server as anyone would write it, giving these bytes. No routing, no look-up, headers and body
 * made once, Node's own settings.
 */
let headers: string[] = [];
let body = Buffer.alloc(0);

const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});

process.on('message', (answer: BareAnswer) => {
  headers = [...answer.headers];
  body = Buffer.from(answer.body, 'base64');
  process.send?.({ set: true });
});
process.on('disconnect', () => process.exit());

server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
