import type { FastifyInstance } from 'fastify';
import { type SnmsEntConfig, snmsConfigureEnterprise } from '../../../proto/http/snms/prefixes.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { governPrefix } from '../../governance/allotments/govern-prefixes.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { isSiteAddress, parseSite } from '../../record/parse-site.ts';
import { type Site, type SiteInterface, siteOfUrl } from '../../record/site.ts';
import { pinKeys } from '../pin-keys.ts';
import { assertOwn } from '../prefix-place.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { missing, success } from './envelope.ts';
import { refused } from './second-level-error.ts';

type Address = SnmsEntConfig['entPrefixConfig'];

/** `/snms/api/ent/config`: a prefix that was allotted before is hosted here, or answered by the enterprise's own node. */
export function entConfigRoutes(app: FastifyInstance, services: Services): void {
  const { config, database, now } = services;
  route(app, services, snmsConfigureEnterprise, async ({ body }, _reply, admission) => {
    const { proxyServerId, entPrefixConfig } = body;
    const prefix = parsePrefix(entPrefixConfig.entPrefix);
    admission.above(prefix);
    // Its own prefix a node answers itself.
    if (prefix === config.prefix) throw new KapokError('NOT_RESPONSIBLE', { subject: prefix });
    const hosted = proxyServerId !== undefined && proxyServerId !== null;
    const site = hosted ? null : await siteOf(services, entPrefixConfig);
    assertOwn(services, { prefix, site });
    const governing = { actor: admission.caller, now: new Date(now()), quarantineDays: config.quarantineDays };
    await database.transaction((tx) => governPrefix(tx, prefix, { site }, governing));
    await services.announce();
    return success(true);
  });
}

/** The site at an address and its ports. The node that answers over HTTP is held to the key that it shows now, if any. */
async function siteOf(services: Services, address: Address): Promise<Site> {
  const { hdlType = 'HS_SITE' } = address;
  if (hdlType !== 'HS_SITE') throw refused('hdlType只支持HS_SITE', 'entPrefixConfig.hdlType');
  const host = readHost(address);
  const interfaces = (['TCP', 'UDP', 'HTTP'] as const).flatMap((protocol): SiteInterface[] => {
    const port = readPort(address, protocol);
    return port === null ? [] : [{ query: true, admin: true, protocol, port }];
  });
  const [first] = interfaces;
  if (first === undefined) throw refused('http端口、tcp端口、udp端口至少填写一个', 'entPrefixConfig');
  const http = interfaces.find(({ protocol }) => protocol === 'HTTP');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${http?.port ?? first.port}`;
  const keys = http === undefined ? new Map() : await pinKeys(services, [{ url }]);
  const site = siteOfUrl(url, { publicKey: keys.get(url) });
  return parseSite({ ...site, servers: site.servers.map((server) => ({ ...server, interfaces })) }, 'entPrefixConfig');
}

/** Leading zeros of an IPv6 address are as good as none: the URL's form is the canonical one. */
function readHost({ ip, ipType }: Address): string {
  if (ip === undefined || ip === '') throw missing('entPrefixConfig.ip');
  const six = ip.includes(':');
  if (!isSiteAddress(ip) || (!six && !/^[\d.]+$/.test(ip))) throw refused(`${ip}不是IP地址`, 'entPrefixConfig.ip');
  if (ipType !== undefined && Number(ipType) !== (six ? 6 : 4))
    throw refused(`ipType应为${six ? 6 : 4}`, 'entPrefixConfig.ipType');
  return new URL(`http://${six ? `[${ip}]` : ip}/`).hostname.replace(/^\[|\]$/g, '');
}

function readPort(address: Address, protocol: 'TCP' | 'UDP' | 'HTTP'): number | null {
  const name = `${protocol.toLowerCase()}Port` as 'tcpPort' | 'udpPort' | 'httpPort';
  const port = Number(address[name] ?? '');
  if (address[name] === undefined || address[name] === null || address[name] === '') return null;
  if (port >= 1 && port <= 65_535) return port;
  throw refused(`${name}应在1到65535之间`, `entPrefixConfig.${name}`);
}
