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
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import {
  type Governed,
  type Governing,
  governPrefix,
  governPrefixes,
} from '../../governance/allotments/govern-prefixes.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { listPrefixes } from '../../registry/list-prefixes.ts';
import { DEFAULT_DELEGATION_TTL, type PrefixEntry } from '../../registry/prefix-entry.ts';
import type { NewPrefix } from '../../registry/write-prefixes.ts';
import type { Admission } from '../admission.ts';
import { assertLabel } from '../label.ts';
import { type PinnedKeys, pinKeys } from '../pin-keys.ts';
import { assertOwn, siteOf } from '../prefix-place.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const BASE = baseOf(getting);

/** The prefixes of this node: hosted here or delegated to a site, active, suspended or revoked. */
export function prefixRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  const govern = async (
    { caller }: Admission,
    reason: string | undefined,
    work: (tx: Queryable, governing: Governing) => Promise<Governed>,
  ): Promise<{ entries: readonly PrefixEntry[]; created: number }> => {
    const { quarantineDays } = services.config;
    const governing = { actor: caller, reason, now: new Date(services.now()), quarantineDays };
    const { entries, before } = await database.transaction((tx) => work(tx, governing));
    await services.announce();
    return { entries, created: entries.length - before.length };
  };
  const store = (admission: Admission, items: readonly NewPrefix[], reason: string | undefined) => {
    for (const item of items) assertOwn(services, item);
    return govern(admission, reason, (tx, governing) => governPrefixes(tx, items, governing));
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
    const { reason, ...settings } = request.body;
    const keys = await pinKeys(services, [settings]);
    const { entries, created } = await store(admission, [newPrefix(prefix, settings, keys)], reason);
    return reply.code(created === 1 ? 201 : 200).send(entries[0]);
  });

  route(app, services, putPrefixes, async (request, _reply, admission) => {
    const { prefixes, reason } = request.body;
    const names = prefixes.map(({ prefix }) => parsePrefix(prefix));
    for (const prefix of names) admission.above(prefix);
    if (new Set(names).size < names.length)
      throw new KapokError('BAD_REQUEST', { message: 'A prefix is listed twice', at: 'prefixes' });
    const keys = await pinKeys(services, prefixes);
    const items = prefixes.map(({ prefix, ...settings }) => newPrefix(parsePrefix(prefix), settings, keys));
    const { entries, created } = await store(admission, items, reason);
    return { created, replaced: entries.length - created };
  });

  route(app, services, patching, async (request, _reply, admission) => {
    const prefix = readPrefix(pathAfter(request, BASE));
    admission.above(prefix);
    const { url, site, pin, reason, ...settings } = request.body;
    assertLabel(settings.label);
    const keys = await pinKeys(services, [{ url, site, pin }]);
    const moved = url === undefined && site === undefined ? {} : { site: siteOf({ url, site }, keys) };
    assertOwn(services, { prefix, site: null, ...moved });
    const changes = { ...settings, ...moved } as Partial<NewPrefix>;
    const { entries } = await govern(admission, reason, (tx, governing) =>
      governPrefix(tx, prefix, changes, governing),
    );
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

function newPrefix(prefix: Prefix, settings: PrefixSettings, keys: PinnedKeys): NewPrefix {
  const { status = 'active', ttl = DEFAULT_DELEGATION_TTL, suffixCase = 'insensitive', label = '' } = settings;
  assertLabel(label);
  return { prefix, site: siteOf(settings, keys), status, ttl, suffixCase, label };
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
