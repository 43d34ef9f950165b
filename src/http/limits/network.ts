import rateLimit from '@fastify/rate-limit';

/**
 * What counts as one network: an IPv4 address, for its neighbours are strangers; the /64 of an IPv6 address, all of which one
 * host may use.
 */
export function networkOf(address: string | undefined): string {
  return rateLimit.normalizeIP(address ?? '', 64);
}
