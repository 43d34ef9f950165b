import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  getIdentifier,
  type HistoryEntry,
  type IdentifierRecord,
  listHistory,
} from '../../../proto/http/identifiers.ts';
import { baseOf, type Operation } from '../../../proto/http/operation.ts';
import type { Caller } from '../../access/caller.ts';
import { couldRead, mayRead, type RecordOfPrefix } from '../../access/record-rights.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Identifier, parseIdentifier, suffixKey } from '../../identifier/identifier.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { administratorValues, publicValues } from '../../record/select.ts';
import type { Value } from '../../record/value.ts';
import { findNewest, findVersion, findVersionAt, listVersions, type Version } from '../../registry/history.ts';
import { getHostedPrefix } from '../../registry/hosted-prefix.ts';
import type { RecordName } from '../../registry/record-reader.ts';
import type { Admission } from '../admission.ts';
import { findRequestCaller } from '../caller.ts';
import { findHostedComputed, findHostedRecord } from '../hosted-record.ts';
import { readMoment, readWhole } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const PAGE = 100;

type Parameters = Record<string, string | string[] | undefined>;

/**
 * Records as their registrant sees them, read from the database: `?version=3` as one was written, `?at=` what stood at a
 * moment. Without a token for the prefix only the public values of the newest version are given: what was public by mistake
 * and taken back stays taken back.
 */
export function historyRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, getIdentifier, async (request, reply) => {
    const { identifier, name } = readTarget(services, request, getIdentifier);
    const caller = await findRequestCaller(services, request);
    const { version, at } = request.query as Parameters;
    const trusted =
      caller !== null && (await mayRead(caller, await findRecord(services, name, caller), services.administration));
    if (!trusted && (version !== undefined || at !== undefined))
      throw new KapokError(caller === null ? 'UNAUTHENTICATED' : 'FORBIDDEN', { subject: identifier.prefix });
    const found = await find(services, request, name);
    const record = recordOf(identifier, found, trusted ? administratorValues : publicValues);
    // What is computed has no version of its own.
    if (record.version > 0) reply.header('etag', `"${record.version}"`);
    return reply.header('cache-control', 'no-store').send(record);
  });

  route(app, services, listHistory, async (request, _reply, admission) => {
    const { identifier, name } = readTarget(services, request, listHistory, admission);
    await admission.readable(await findRecord(services, name, admission.caller));
    const before = readWhole(request, 'before', { max: Number.MAX_SAFE_INTEGER }) ?? null;
    const limit = readWhole(request, 'limit', { max: 1000 }) ?? PAGE;
    const versions = await listVersions(database, name, { before, limit });
    if (versions.length === 0 && before === null) throw new KapokError('NOT_FOUND', { subject: identifier.text });
    const last = versions.at(-1);
    const more = versions.length === limit && last !== undefined && last.version > 1;
    return { versions: versions.map(entryOf), ...(more ? { before: last.version } : {}) };
  });
}

function readTarget(
  services: Services,
  request: FastifyRequest,
  described: Operation,
  admission?: Admission,
): { identifier: Identifier; name: RecordName } {
  const identifier = parseIdentifier(decodePath(pathAfter(request, baseOf(described))));
  const { prefix, suffix } = identifier;
  // A key may be an administrator of the record: what is hosted is told to it, and to who reads here.
  if (admission !== undefined && !couldRead(admission.caller, prefix)) admission.at(prefix);
  const { suffixCase } = getHostedPrefix(services.prefixes, prefix);
  return { identifier, name: { prefix, suffixKey: suffixKey(suffix, suffixCase) } };
}

/** The record as it stands, as far as it decides what the caller may read. */
async function findRecord(services: Services, name: RecordName, caller: Caller): Promise<RecordOfPrefix> {
  const { prefix } = name;
  const record = couldRead(caller, prefix) ? await findHostedRecord(services, name) : null;
  const values = record === null || record.values === null ? null : (JSON.parse(record.values) as Value[]);
  return { prefix, values, transferred: record?.transferred };
}

type Found = Omit<Version, 'actor'> & { readonly computed?: string };

async function find(services: Services, request: FastifyRequest, name: RecordName): Promise<Found> {
  const { database } = services;
  const at = readMoment(request, 'at');
  const version = readWhole(request, 'version', { max: Number.MAX_SAFE_INTEGER });
  if (version !== undefined && at !== undefined) {
    throw new KapokError('BAD_REQUEST', { message: 'version and at exclude each other', at: 'at' });
  }
  if (version !== undefined) return known(await findVersion(database, name, version), 'VERSION_NOT_FOUND');
  if (at !== undefined) return known(await findVersionAt(database, name, at), 'VERSION_NOT_FOUND');
  return known((await findNewest(database, name)) ?? (await findComputed(services, name)), 'NOT_FOUND');
}

async function findComputed(services: Services, name: RecordName): Promise<Found | null> {
  const full = await findHostedComputed(services, name);
  if (full === null) return null;
  const { record, pattern, updatedAt: writtenAt } = full;
  return { version: 0, values: record.values, successor: null, writtenAt, computed: pattern };
}

function known(version: Found | null, code: 'NOT_FOUND' | 'VERSION_NOT_FOUND'): Found {
  if (version === null) throw new KapokError(code);
  return version;
}

function recordOf(
  { text }: Identifier,
  { version, values, successor, writtenAt, computed }: Found,
  select: (values: readonly Value[]) => readonly Value[],
): IdentifierRecord {
  const shown = values === null ? [] : [...select(JSON.parse(values) as Value[])];
  const named = successor === null ? {} : { successor };
  const made = computed === undefined ? {} : { computed };
  return { identifier: text, version, status: statusOf(values), writtenAt, values: shown, ...named, ...made };
}

function entryOf({ version, values, successor, actor, writtenAt }: Version): HistoryEntry {
  return { version, status: statusOf(values), writtenAt, actor, ...(successor === null ? {} : { successor }) };
}

function statusOf(values: string | null): 'active' | 'tombstone' {
  return values === null ? 'tombstone' : 'active';
}
