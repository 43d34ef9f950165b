import { flag, invalid, object, text, whole } from './checks.ts';
import { parseKey } from './parse-key.ts';
import type { Site, SiteInterface, SiteServer } from './site.ts';

const PROTOCOLS = ['TCP', 'UDP', 'HTTP', 'HTTPS'] as const;
const MAX_SERVERS = 64;
const MAX_INTERFACES = 16;
const MAX_ATTRIBUTES = 64;

/** An HS_SITE from JSON of outside: at least one server with at least one interface. */
export function parseSite(input: unknown, at: string): Site {
  const site = object(input, at, [
    ...['version', 'protocolVersion', 'serialNumber', 'primarySite', 'multiPrimary', 'attributes', 'servers'],
    ...['hashOption', 'hashFilter'],
  ]);
  if (!Array.isArray(site.servers) || site.servers.length === 0) throw invalid(`${at}.servers`, 'must name a server');
  if (site.servers.length > MAX_SERVERS) throw invalid(`${at}.servers`, `names over ${MAX_SERVERS} servers`);
  return {
    version: whole(site.version ?? 1, `${at}.version`, { max: 65_535 }),
    protocolVersion: parseProtocolVersion(site.protocolVersion ?? '2.11', `${at}.protocolVersion`),
    serialNumber: whole(site.serialNumber ?? 1, `${at}.serialNumber`, { max: 65_535 }),
    primarySite: flag(site.primarySite ?? true, `${at}.primarySite`),
    multiPrimary: flag(site.multiPrimary ?? false, `${at}.multiPrimary`),
    attributes: parseAttributes(site.attributes ?? [], `${at}.attributes`),
    servers: site.servers.map((server, i) => parseServer(server, `${at}.servers[${i}]`)),
  };
}

function parseServer(input: unknown, at: string): SiteServer {
  const server = object(input, at, ['serverId', 'address', 'publicKey', 'interfaces']);
  if (!Array.isArray(server.interfaces) || server.interfaces.length === 0) {
    throw invalid(`${at}.interfaces`, 'must name an interface');
  }
  if (server.interfaces.length > MAX_INTERFACES)
    throw invalid(`${at}.interfaces`, `names over ${MAX_INTERFACES} interfaces`);
  const { publicKey } = server;
  return {
    serverId: whole(server.serverId ?? 1, `${at}.serverId`, { max: 2_147_483_647 }),
    address: parseAddress(server.address, `${at}.address`),
    ...(publicKey === undefined ? {} : { publicKey: parsePublicKey(publicKey, `${at}.publicKey`) }),
    interfaces: server.interfaces.map((item, i) => parseInterface(item, `${at}.interfaces[${i}]`)),
  };
}

function parseInterface(input: unknown, at: string): SiteInterface {
  const item = object(input, at, ['query', 'admin', 'protocol', 'port']);
  const protocol = PROTOCOLS.find((name) => name === item.protocol);
  if (protocol === undefined) throw invalid(`${at}.protocol`, `must be one of ${PROTOCOLS.join(', ')}`);
  const port = whole(item.port, `${at}.port`, { min: 1, max: 65_535 });
  return {
    query: flag(item.query ?? true, `${at}.query`),
    admin: flag(item.admin ?? false, `${at}.admin`),
    protocol,
    port,
  };
}

function parsePublicKey(input: unknown, at: string): NonNullable<SiteServer['publicKey']> {
  const { format, value } = object(input, at, ['format', 'value']);
  if (format !== 'key') throw invalid(`${at}.format`, 'must be key');
  return { format, value: parseKey(value, `${at}.value`) };
}

function parseAddress(value: unknown, at: string): string {
  if (typeof value === 'string' && isSiteAddress(value)) return value;
  throw invalid(at, 'must be an IP address or a host name');
}

function parseAttributes(input: unknown, at: string): { name: string; value: string }[] {
  if (!Array.isArray(input)) throw invalid(at, 'must be an array');
  if (input.length > MAX_ATTRIBUTES) throw invalid(at, `names over ${MAX_ATTRIBUTES} attributes`);
  return input.map((item, i) => {
    const { name, value } = object(item, `${at}[${i}]`, ['name', 'value']);
    return { name: text(name, `${at}[${i}].name`), value: text(value, `${at}[${i}].value`) };
  });
}

function parseProtocolVersion(value: unknown, at: string): string {
  if (typeof value !== 'string' || !/^\d{1,3}\.\d{1,3}$/.test(value))
    throw invalid(at, 'must be a version such as "2.11"');
  return value;
}

/** Whether a text is an IP address or a host name. */
export function isSiteAddress(text: string): boolean {
  return isIPv6(text) || isHost(text);
}

/** An IPv4 address or a host name; a text of digits and dots must be an address (WHATWG URL §3.5). */
function isHost(value: string): boolean {
  const label = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;
  return value.length <= 253 && value.split('.').every((part) => label.test(part)) && URL.canParse(`http://${value}/`);
}

function isIPv6(value: string): boolean {
  return /^[0-9A-Fa-f:.]+$/.test(value) && URL.canParse(`http://[${value}]/`);
}
