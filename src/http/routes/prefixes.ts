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
import { isSiteUrl, type Site, siteOfUrl } from '../../record/site.ts';
import { listPrefixes } from '../../registry/list-prefixes.ts';
import { DEFAULT_DELEGATION_TTL, type PrefixEntry } from '../../registry/prefix-entry.ts';
import { type NewPrefix, patchPrefix, writePrefixes } from '../../registry/write-prefixes.ts';
import { assertLabel } from '../label.ts';
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
    const { entries, created } = await store([newPrefix(prefix, request.body)]);
    return reply.code(created === 1 ? 201 : 200).send(entries[0]);
  });

  route(app, services, putPrefixes, async (request, _reply, admission) => {
    const items = request.body.prefixes.map(({ prefix, ...settings }) => newPrefix(parsePrefix(prefix), settings));
    for (const { prefix } of items) admission.above(prefix);
    const names = new Set(items.map((item) => item.prefix));
    if (names.size < items.length)
      throw new KapokError('BAD_REQUEST', { message: 'A prefix is listed twice', at: 'prefixes' });
    const { entries, created } = await store(items);
    return { created, replaced: entries.length - created };
  });

  route(app, services, patching, async (request, _reply, admission) => {
    const prefix = readPrefix(pathAfter(request, BASE));
    admission.above(prefix);
    const { url, site, ...patch } = request.body;
    assertLabel(patch.label);
    const moved = url === undefined && site === undefined ? {} : { site: siteOf({ url, site }) };
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

function newPrefix(prefix: Prefix, settings: PrefixSettings): NewPrefix {
  const { status = 'active', ttl = DEFAULT_DELEGATION_TTL, suffixCase = 'insensitive', label = '' } = settings;
  assertLabel(label);
  return { prefix, site: siteOf(settings), status, ttl, suffixCase, label };
}

function siteOf({ url, site }: { url?: string | undefined; site?: unknown }): Site | null {
  if (url !== undefined && site !== undefined)
    throw new KapokError('BAD_REQUEST', { message: 'url and site exclude each other', at: 'site' });
  if (site !== undefined && site !== null) {
    const parsed = parseSite(site, 'site');
    assertRecordFits(JSON.stringify(parsed), 'site');
    return parsed;
  }
  if (url === undefined) return null;
  if (!isSiteUrl(url)) {
    const message = 'url must be http:// or https://, a host and perhaps a port: a site has no path and no password';
    throw new KapokError('BAD_REQUEST', { message, at: 'url' });
  }
  return parseSite(siteOfUrl(url), 'url');
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
