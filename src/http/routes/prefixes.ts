import type { FastifyInstance } from 'fastify';
import { baseOf } from '../../../proto/http/operation.ts';
import {
  getPrefix as getting,
  listPrefixes as listing,
  type PrefixSettings,
  patchPrefix as patching,
  putPrefixes,
  putPrefix as putting,
} from '../../../proto/http/prefixes.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { isUnder, type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { parseSite } from '../../record/parse-site.ts';
import { assertRecordFits } from '../../record/parse-value.ts';
import { type Site, siteOfUrl } from '../../record/site.ts';
import { listPrefixes } from '../../registry/list-prefixes.ts';
import { DEFAULT_DELEGATION_TTL, type PrefixEntry } from '../../registry/prefix-entry.ts';
import { type NewPrefix, patchPrefix, writePrefixes } from '../../registry/write-prefixes.ts';
import { assertLabel } from '../label.ts';
import { type PinnedKeys, pinKeys, type SiteSettings } from '../pin-keys.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const BASE = baseOf(getting);

/** The prefixes of this node: hosted here or delegated to a site, active, suspended or revoked. */
export function prefixRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  const store = async (items: readonly NewPrefix[]) => {
    for (const item of items) assertOwn(services, item);
    const written = await writePrefixes(database, items);
    await services.announce();
    return written;
  };

  // Which prefixes there are is no secret: resolution tells it of each.
  route(app, services, listing, async (request, _reply, admission) => {
    admission.scopes();
    return listPrefixes(database, readPage(request.query as { after?: unknown; limit?: unknown }));
  });

  route(app, services, getting, async (request, _reply, admission) => {
    admission.scopes();
    return getPrefix(services, readPrefix(pathAfter(request, BASE)));
  });

  route(app, services, putting, async (request, reply, admission) => {
    const prefix = readPrefix(pathAfter(request, BASE));
    admission.above(prefix);
    const keys = await pinKeys(services, [request.body]);
    const { entries, created } = await store([newPrefix(prefix, request.body, keys)]);
    return reply.code(created === 1 ? 201 : 200).send(entries[0]);
  });

  route(app, services, putPrefixes, async (request, _reply, admission) => {
    const { prefixes } = request.body;
    const names = prefixes.map(({ prefix }) => parsePrefix(prefix));
    for (const prefix of names) admission.above(prefix);
    if (new Set(names).size < names.length)
      throw new KapokError('BAD_REQUEST', { message: 'A prefix is listed twice', at: 'prefixes' });
    const keys = await pinKeys(services, prefixes);
    const items = prefixes.map(({ prefix, ...settings }) => newPrefix(parsePrefix(prefix), settings, keys));
    const { entries, created } = await store(items);
    return { created, replaced: entries.length - created };
  });

  route(app, services, patching, async (request, _reply, admission) => {
    const prefix = readPrefix(pathAfter(request, BASE));
    admission.above(prefix);
    const { url, site, pin, ...patch } = request.body;
    assertLabel(patch.label);
    const keys = await pinKeys(services, [{ url, site, pin }]);
    const moved = url === undefined && site === undefined ? {} : { site: siteOf({ url, site }, keys) };
    assertOwn(services, { prefix, site: null, ...moved });
    const { entries } = await patchPrefix(database, prefix, { ...patch, ...moved } as Partial<NewPrefix>);
    await services.announce();
    return entries[0];
  });
}

function readPrefix(path: string): Prefix {
  return parsePrefix(decodePath(path));
}

function getPrefix({ prefixes }: Services, prefix: Prefix): PrefixEntry {
  const entry = prefixes.find(prefix);
  if (entry === null) throw new KapokError('PREFIX_NOT_FOUND', { subject: prefix });
  return entry;
}

/** A node allots what lies at or below its own prefix; only one that delegates may send callers elsewhere. */
function assertOwn({ config }: Services, { prefix, site }: Pick<NewPrefix, 'prefix' | 'site'>): void {
  if (config.prefix === null || !isUnder(prefix, config.prefix)) {
    const message = `Prefix ${prefix} does not lie below this node (${config.prefix ?? 'which has no prefix'})`;
    throw new KapokError('NOT_RESPONSIBLE', { message, subject: prefix });
  }
  if (site !== null && !config.capabilities.has('delegates')) {
    throw new KapokError('NOT_RESPONSIBLE', { message: 'This node does not delegate prefixes', subject: prefix });
  }
}

function newPrefix(prefix: Prefix, settings: PrefixSettings, keys: PinnedKeys): NewPrefix {
  const { status = 'active', ttl = DEFAULT_DELEGATION_TTL, suffixCase = 'insensitive', label = '' } = settings;
  assertLabel(label);
  return { prefix, site: siteOf(settings, keys), status, ttl, suffixCase, label };
}

function siteOf({ url, site }: SiteSettings, keys: PinnedKeys): Site | null {
  if (site !== undefined && site !== null) {
    const parsed = parseSite(site, 'site');
    assertRecordFits(JSON.stringify(parsed), 'site');
    return parsed;
  }
  return url === undefined ? null : parseSite(siteOfUrl(url, { publicKey: keys.get(url) }), 'url');
}

function readPage({ after, limit = '100' }: { after?: unknown; limit?: unknown }) {
  if (after !== undefined && typeof after !== 'string')
    throw new KapokError('BAD_REQUEST', { message: 'after must be one prefix', at: 'after' });
  const number = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (number < 1 || number > 1000) {
    throw new KapokError('BAD_REQUEST', { message: 'limit must be a whole number from 1 to 1000', at: 'limit' });
  }
  return { after: after === undefined ? null : parsePrefix(after), limit: number };
}
