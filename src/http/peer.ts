import rateLimit from '@fastify/rate-limit';
import { networkOf } from './limits/network.ts';
import type { Bucket } from './token-bucket.ts';
import type { Socket } from './under-way.ts';

/** Who is at the other end of a connection; worked out once for each. */
export interface Peer {
  /** What counts as one network where requests are limited. */
  readonly network: string;
  /** The network that statistics name. */
  readonly source: string;
  /** What is left to it of resolutions; null until it has asked. */
  bucket: Bucket | null;
}

const peerKey = Symbol('kapok.peer');

export function peerOf(connection: Socket): Peer {
  const socket = connection as Socket & { [peerKey]?: Peer };
  socket[peerKey] ??= createPeer(socket.remoteAddress);
  return socket[peerKey];
}

function createPeer(address: string | undefined): Peer {
  return { network: networkOf(address), source: sourceNetwork(address), bucket: null };
}

/** The /24 of an IPv4 address, the /48 of an IPv6 address: about an organisation, and never one person. */
export function sourceNetwork(address: string | undefined): string {
  const plain = rateLimit.normalizeIP(address ?? '', 48);
  if (plain === '') return 'local';
  return plain.includes(':') ? `${plain}/48` : `${plain.slice(0, plain.lastIndexOf('.'))}.0/24`;
}
