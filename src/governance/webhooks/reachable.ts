import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { createNetworks, type Networks } from '../../config/networks.ts';

/** Where no public address lies: the registries of special-purpose addresses of IANA (RFC 6890), and multicast. */
const SPECIAL = createNetworks([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/3', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]);
/** All IPv6 addresses that are given out lie in here (RFC 4291); those that hold an IPv4 address do not. */
const GLOBAL = createNetworks(['2000::/3']);

/** An address that no webhook may reach. */
export class UnreachableAddress extends Error {}

/** Whether a webhook may reach an IP address: a public one, or one in the networks that the operator allows. */
export function isReachable(address: string, allowed: Networks): boolean {
  if (allowed.has(address)) return true;
  return !SPECIAL.has(address) && (!address.includes(':') || GLOBAL.has(address));
}

/** The host of a URL when it is an address itself, or stands for one wherever it is asked; null: DNS says. */
export function literalAddress(url: string): string | null {
  const { hostname } = new URL(url);
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return '127.0.0.1';
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  // The parser of URLs has made every spelling of an IPv4 address this one.
  return /^\d+(\.\d+){3}$/.test(hostname) ? hostname : null;
}

/** What looks names up: `lookup` of `node:dns`, asked for all addresses. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * The look-up of a connection: what is connected to is what was checked here, so a name cannot lead elsewhere meanwhile. A name
 * of which one address is not reachable leads nowhere.
 */
export function createLookup(allowed: Networks, resolve: Resolve = lookup) {
  return (hostname: string, options: LookupOptions, done: Found): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const refused = addresses.find(({ address }) => !isReachable(address, allowed));
      if (refused !== undefined) return done(new UnreachableAddress(`${hostname} leads to ${refused.address}`), []);
      const [{ address, family } = { address: '', family: 0 }] = addresses;
      if (options.all) done(null, addresses);
      else done(null, address, family);
    });
  };
}
