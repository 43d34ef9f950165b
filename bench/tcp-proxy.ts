import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface TcpProxy {
  /** The given URL, by way of the proxy. */
  readonly url: string;
  /** From now on each piece of the answers arrives so many milliseconds later. */
  delay(milliseconds: number): void;
  /** Breaks every connection and refuses new ones, as a server does that has ended. */
  cut(): Promise<void>;
  /** Everything goes through again. */
  mend(): Promise<void>;
}

export interface ProxyOptions {
  /** Called for each connection; what it answers sees all that the client sends. */
  readonly watch?: () => (piece: Buffer) => void;
}

/** Stands between a node and a server, to count what is asked, to slow it down, or to take the server away. */
export async function startTcpProxy(target: string, { watch }: ProxyOptions = {}): Promise<TcpProxy> {
  const { hostname, port: targetPort, protocol } = new URL(target);
  const fallback = protocol.startsWith('redis') ? 6379 : 5432;
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let wait = 0;
  let latest = 0;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const join = (client: Socket) => {
    const upstream = connect(Number(targetPort || fallback), hostname);
    const see = watch?.();
    let held = 0;
    for (const socket of [client, upstream]) keep(socket);
    client.on('data', (piece) => {
      see?.(piece);
      upstream.write(piece);
    });
    upstream.on('data', (piece) => {
      if (wait === 0 && held === 0) {
        client.write(piece);
        return;
      }
      // Behind what is still held back, with the same delay: no piece may overtake another.
      held++;
      setTimeout(() => {
        held--;
        client.write(piece);
      }, latest);
    });
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  };
  const listen = async (port: number) => {
    server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  const port = await listen(0);
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    delay: (milliseconds) => {
      wait = milliseconds;
      latest = milliseconds;
    },
    cut: async () => {
      const closing = server;
      server = null;
      closing?.close();
      for (const socket of sockets) socket.destroy();
      if (closing !== null) await once(closing, 'close');
    },
    mend: async () => {
      wait = 0;
      if (server === null) await listen(port);
    },
  };
}
