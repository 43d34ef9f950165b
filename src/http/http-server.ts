import { createServer, type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { PlainConnectionOptions } from './lane/plain-connection.ts';
import { PlainConnections } from './lane/plain-connections.ts';
import type { Socket, UnderWay } from './under-way.ts';

/** A connection on which nothing moves for this long is ended unless we are at work, in milliseconds: later than a proxy would. */
const IDLE = 72_000;
/** How long a server that drains waits for the next request of each connection, to tell its client that it is the last, in milliseconds. */
const FAREWELL = 1_000;
/** How often it looks then for connections whose last request was answered, in milliseconds. */
const SWEEP_EVERY = 50;

/** The event of a server that begins to drain. */
export const DRAINING = 'draining';

export interface HttpServerOptions {
  /** What is answered before `node:http` has read it. */
  readonly plain: Pick<PlainConnectionOptions, 'lane' | 'isPlainHead'>;
  /** Answers what it can, at once or later, which it says is under way; false leaves the request to `framework`. */
  readonly resolve: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly framework: (request: IncomingMessage, response: ServerResponse) => void;
  readonly underWay: UnderWay;
  readonly idle?: number;
}

export interface HttpServer extends Server {
  /**
   * Accepts no more connections, and ends each one with the answer to its next request: a client that is told does not lose
   * a request to a connection that closes under it. Resolves when all have ended; idle ones end after a second.
   */
  drain(): Promise<void>;
}

/**
 * The HTTP server below the framework. A connection is ours while it brings plain requests alone, and else that of `node:http`.
 * Idle connections are found by the socket's own timer: `keepAliveTimeout` would set and clear one with every request, a
 * fifteenth of a memory hit (`npm run bench`, "memory-hit"). An upload may take as long as it moves.
 */
export function createHttpServer({ plain, resolve, framework, underWay, idle = IDLE }: HttpServerOptions): HttpServer {
  let draining = false;
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    if (draining) response.shouldKeepAlive = false;
    if (resolve(request, response)) return;
    underWay.begin(request, response);
    framework(request, response);
  });
  server.timeout = idle;
  server.on('timeout', (socket: Socket) => {
    if (underWay.waitsForUs(socket)) socket.setTimeout(idle);
    else socket.destroy();
  });
  const [attach] = server.listeners('connection');
  server.removeAllListeners('connection');
  const connections = new PlainConnections({
    ...plain,
    idle,
    isLast: () => draining || !server.listening,
    handOver: (socket) => attach?.call(server, socket),
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    connections.accept(socket);
  });
  const isBusy = (socket: Socket) => underWay.isBusy(socket) || connections.isBusy(socket);
  const drain = async () => {
    draining = true;
    server.emit(DRAINING);
    // That of node:net, for that of node:http would end the idle connections at once.
    const { close } = Object.getPrototypeOf(Server.prototype) as Server;
    const closed = new Promise<void>((resolve) => close.call(server, () => resolve()));
    const began = performance.now();
    const sweep = setInterval(() => {
      if (performance.now() - began < FAREWELL) return;
      for (const socket of sockets) if (!isBusy(socket)) socket.destroy();
    }, SWEEP_EVERY);
    await closed;
    clearInterval(sweep);
  };
  return Object.assign(server, {
    drain,
    closeIdleConnections: () => {
      Server.prototype.closeIdleConnections.call(server);
      connections.closeIdle();
    },
    closeAllConnections: () => {
      Server.prototype.closeAllConnections.call(server);
      connections.closeAll();
    },
  });
}
