import type { IncomingMessage } from 'node:http';
import rateLimit from '@fastify/rate-limit';

const sourceKey = Symbol('kapok.source');
type CountedSocket = IncomingMessage['socket'] & { [sourceKey]?: string };

/** The network that statistics name for whoever is at the other end of a connection; worked out once for each. */
export function sourceOf(connection: IncomingMessage['socket']): string {
  const socket = connection as CountedSocket;
  socket[sourceKey] ??= sourceNetwork(socket.remoteAddress);
  return socket[sourceKey];
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address: about an organisation, and never one person. */
export function sourceNetwork(address: string | undefined): string {
  const plain = rateLimit.normalizeIP(address ?? '', 48);
  if (plain === '') return 'local';
  return plain.includes(':') ? `${plain}/48` : `${plain.slice(0, plain.lastIndexOf('.'))}.0/24`;
}
