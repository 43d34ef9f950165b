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

interface Joint {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Whether it is of those that are cut and stalled. */
  meant: boolean;
}

/**
 * Stands between a node and a server of its own, to take that server away from it. With `only`, what is said here of every
 * connection is true of those alone on which the client has said that.
 */
export async function startTcpProxy(
  t: { teardown(work: () => Promise<unknown>): void },
  target: string,
  { only }: { only?: string } = {},
): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const joints = new Set<Joint>();
  let broken = false;
  let stalled = false;
  let server: Server | null = null;

  const part = ({ client, upstream }: Joint) => {
    client.destroy();
    upstream.destroy();
  };
  const halt = ({ client, upstream }: Joint) => {
    client.pause();
    upstream.pause();
  };
  const meant = () => [...joints].filter((joint) => joint.meant);
  const join = (client: Socket) => {
    const upstream = connect(Number(targetPort), hostname);
    const joint = { client, upstream, meant: only === undefined };
    joints.add(joint);
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.once('close', () => {
        joints.delete(joint);
        part(joint);
      });
    }
    client.on('data', (chunk) => {
      if (!joint.meant && only !== undefined && chunk.includes(only)) {
        joint.meant = true;
        if (broken) return part(joint);
        if (stalled) {
          halt(joint);
          return client.unshift(chunk);
        }
      }
      return upstream.write(chunk);
    });
    upstream.on('data', (chunk) => client.write(chunk));
    if (stalled && joint.meant) halt(joint);
  };
  const listen = async (port: number) => {
    server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const close = async () => {
    const closing = server;
    server = null;
    closing?.close();
    for (const joint of joints) part(joint);
    if (closing !== null) await once(closing, 'close');
  };

  const port = await listen(0);
  t.teardown(close);
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    cut: async () => {
      broken = true;
      if (only === undefined) await close();
      else meant().forEach(part);
    },
    stall: () => {
      stalled = true;
      meant().forEach(halt);
    },
    mend: async () => {
      broken = false;
      stalled = false;
      for (const { client, upstream } of joints) {
        client.resume();
        upstream.resume();
      }
      if (server === null) await listen(port);
    },
  };
}
