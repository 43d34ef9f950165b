import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

type Socket = IncomingMessage['socket'];

/** A connection on which nothing is under way or moves for this long is ended, in milliseconds: later than a proxy would. */
const IDLE = 72_000;

export interface HttpServerOptions {
  /** Answers what it can at once; false leaves the request to `framework`. */
  readonly hit: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly framework: (request: IncomingMessage, response: ServerResponse) => void;
  readonly idle?: number;
}

/**
 * The HTTP server below the framework. Idle connections are found by the socket's own timer: `keepAliveTimeout` would set and
 * clear one with every request, a fifteenth of a memory hit (`npm run bench`, "memory-hit").
 */
export function createHttpServer({ hit, framework, idle = IDLE }: HttpServerOptions): Server {
  const underWay = new WeakMap<Socket, number>();
  const count = (socket: Socket, change: 1 | -1) => underWay.set(socket, (underWay.get(socket) ?? 0) + change);
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    if (hit(request, response)) return;
    const { socket } = request;
    count(socket, 1);
    response.once('close', () => count(socket, -1));
    framework(request, response);
  });
  server.timeout = idle;
  server.on('timeout', (socket: Socket) => {
    if ((underWay.get(socket) ?? 0) > 0) socket.setTimeout(idle);
    else socket.destroy();
  });
  return server;
}
