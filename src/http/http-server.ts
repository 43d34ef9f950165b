import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket, UnderWay } from './under-way.ts';

/** A connection on which nothing moves for this long is ended unless we are at work, in milliseconds: later than a proxy would. */
const IDLE = 72_000;

export interface HttpServerOptions {
  /** Answers what it can at once; false leaves the request to `framework`. */
  readonly hit: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly framework: (request: IncomingMessage, response: ServerResponse) => void;
  readonly underWay: UnderWay;
  readonly idle?: number;
}

/**
 * The HTTP server below the framework. Idle connections are found by the socket's own timer: `keepAliveTimeout` would set and
 * clear one with every request, a fifteenth of a memory hit (`npm run bench`, "memory-hit"). An upload may take as long as it
 * moves.
 */
export function createHttpServer({ hit, framework, underWay, idle = IDLE }: HttpServerOptions): Server {
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    if (hit(request, response)) return;
    underWay.begin(request, response);
    framework(request, response);
  });
  server.timeout = idle;
  server.on('timeout', (socket: Socket) => {
    if (underWay.waitsForUs(socket)) socket.setTimeout(idle);
    else socket.destroy();
  });
  return server;
}
