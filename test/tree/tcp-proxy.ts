import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface TcpProxy {
  /** The given URL, by way of the proxy. */
  readonly url: string;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Keeps every connection, new ones too, and lets nothing through. */
  stall(): void;
  /** Lets everything through again. */
  mend(): Promise<void>;
}

/** Stands between a node and a server of its own, to take that server away from it. */
export async function startTcpProxy(
  t: { teardown(work: () => Promise<unknown>): void },
  target: string,
): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let stalled = false;
  let server: Server | null = null;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (stalled) socket.pause();
  };
  const join = (client: Socket) => {
    const upstream = connect(Number(targetPort), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      keep(from);
      from.on('data', (chunk) => to.write(chunk));
      from.once('close', () => to.destroy());
    }
    if (stalled) for (const socket of [client, upstream]) socket.pause();
  };
  const listen = async (port: number) => {
    server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const cut = async () => {
    const closing = server;
    server = null;
    closing?.close();
    for (const socket of sockets) socket.destroy();
    if (closing !== null) await once(closing, 'close');
  };

  const port = await listen(0);
  t.teardown(cut);
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    cut,
    stall: () => {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    mend: async () => {
      stalled = false;
      for (const socket of sockets) socket.resume();
      if (server === null) await listen(port);
    },
  };
}
