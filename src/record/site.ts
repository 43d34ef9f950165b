import type { Key } from './value.ts';

/** Where a service listens; protocol names as HS_SITE's JSON writes them. */
export interface SiteInterface {
  readonly query: boolean;
  readonly admin: boolean;
  readonly protocol: 'TCP' | 'UDP' | 'HTTP' | 'HTTPS';
  readonly port: number;
}

export interface SiteServer {
  readonly serverId: number;
  /** An IP address; a host name where the site is reached over HTTP. */
  readonly address: string;
  readonly publicKey?: { readonly format: 'key'; readonly value: Key };
  readonly interfaces: readonly SiteInterface[];
}

/** The endpoints that answer for a prefix: the data of an HS_SITE value (RFC 3651 §3.2.2). */
export interface Site {
  readonly version: number;
  readonly protocolVersion: string;
  readonly serialNumber: number;
  readonly primarySite: boolean;
  readonly multiPrimary: boolean;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly servers: readonly SiteServer[];
}

export interface SiteDetails {
  readonly description?: string;
  readonly publicKey?: Key | undefined;
}

/** The site of a node that is reached at one URL, `http://host:port`. */
export function siteOfUrl(url: string, { description, publicKey }: SiteDetails = {}): Site {
  const { protocol, hostname, port } = new URL(url);
  const https = protocol === 'https:';
  return {
    version: 1,
    protocolVersion: '2.11',
    serialNumber: 1,
    primarySite: true,
    multiPrimary: false,
    attributes: description === undefined ? [] : [{ name: 'desc', value: description }],
    servers: [
      {
        serverId: 1,
        address: hostname.replace(/^\[|\]$/g, ''),
        ...(publicKey === undefined ? {} : { publicKey: { format: 'key', value: publicKey } }),
        interfaces: [
          { query: true, admin: true, protocol: https ? 'HTTPS' : 'HTTP', port: Number(port) || (https ? 443 : 80) },
        ],
      },
    ],
  };
}

/** Whether a URL says no more than a site can: the protocol, the host and the port. */
export function isSiteUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}${password}` === '';
}

/** Where a server of a site answers queries over HTTP, and the key that it signs with. */
export interface SiteServerUrl {
  readonly url: string;
  readonly publicKey?: Key | undefined;
}

/** The servers of a site that answer queries over HTTP, HTTPS first; empty when there are none. */
export function httpServersOf(site: Site): SiteServerUrl[] {
  const servers = (protocol: 'HTTPS' | 'HTTP') =>
    site.servers.flatMap(({ address, publicKey, interfaces }) =>
      interfaces
        .filter((at) => at.query && at.protocol === protocol)
        .map((at) => ({
          url: `${protocol.toLowerCase()}://${urlHost(address)}:${at.port}`,
          publicKey: publicKey?.value,
        })),
    );
  return [...servers('HTTPS'), ...servers('HTTP')];
}

/** The base URLs of those servers. */
export function httpUrlsOf(site: Site): string[] {
  return httpServersOf(site).map(({ url }) => url);
}

function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
