import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.ts';
import { KapokError } from '../errors/kapok-error.ts';

/**
 * Connections that the system keeps for us until we take them; it may allow fewer (net.core.somaxconn). Node's 511 are passed by a burst
 * of clients that come back at once, and who finds no room tries again after a second, or is reset.
 */
const BACKLOG = 4_096;

/** Begins to serve; answers where, `http://host:port`. Throws INVALID_SETTING when it cannot. */
export async function listen(app: FastifyInstance, config: Pick<Config, 'host' | 'port'>): Promise<string> {
  const { host, port } = config;
  await app.listen({ host, port, backlog: BACKLOG }).catch((cause) => {
    throw cannotListen({ host, port }, cause);
  });
  return listeningUrl(app.server.address(), host);
}

function cannotListen({ host, port }: Pick<Config, 'host' | 'port'>, cause: NodeJS.ErrnoException): unknown {
  const reasons: Record<string, [at: string, reason: string]> = {
    EADDRINUSE: ['KAPOK_PORT', `port ${port} of ${host} is taken by another program`],
    EACCES: ['KAPOK_PORT', `port ${port} needs rights that this process does not have`],
    EADDRNOTAVAIL: ['KAPOK_HOST', `${host} is no address of this machine`],
    ENOTFOUND: ['KAPOK_HOST', `${host} is no address of this machine`],
  };
  const [at, reason] = reasons[cause.code ?? ''] ?? [];
  if (at === undefined) return cause;
  return new KapokError('INVALID_SETTING', { message: `${at}: ${reason}`, at, cause });
}

function listeningUrl(address: ReturnType<Server['address']>, host: string): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
