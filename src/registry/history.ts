import type { Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import type { RecordName } from './record-reader.ts';

/** One version of a record, as it was written. */
export interface Version {
  readonly version: number;
  /** The values as a JSON array; null for a tombstone. */
  readonly values: string | null;
  readonly successor: string | null;
  /** The id of the token that wrote it. */
  readonly actor: string;
  /** RFC 3339, UTC. */
  readonly writtenAt: string;
}

const COLUMNS = `version, record::text as "values", successor, actor, ${utc('written_at', 'writtenAt')}`;
const OF = 'from record_versions where prefix = $1 and suffix_key = $2';

type VersionRow = Version & Record<string, unknown>;

/** The versions of a record below `before`, newest first; all of it has been kept since the first one. */
export function listVersions(
  database: Queryable,
  { prefix, suffixKey }: RecordName,
  { before, limit }: { before: number | null; limit: number },
): Promise<Version[]> {
  const text = `select ${COLUMNS} ${OF} and ($3::bigint is null or version < $3) order by version desc limit $4`;
  return database.query<VersionRow>({ name: 'list_versions', text }, [prefix, suffixKey, before, limit]);
}

/** The newest version; null when the identifier was never registered. */
export function findNewest(database: Queryable, name: RecordName): Promise<Version | null> {
  return first(listVersions(database, name, { before: null, limit: 1 }));
}

/** The newest version that is no tombstone. */
export function findNewestPresent(database: Queryable, { prefix, suffixKey }: RecordName): Promise<Version | null> {
  const text = `select ${COLUMNS} ${OF} and record is not null order by version desc limit 1`;
  return first(database.query<VersionRow>({ name: 'find_newest_present', text }, [prefix, suffixKey]));
}

export function findVersion(
  database: Queryable,
  { prefix, suffixKey }: RecordName,
  version: number,
): Promise<Version | null> {
  const text = `select ${COLUMNS} ${OF} and version = $3`;
  return first(database.query<VersionRow>({ name: 'find_version', text }, [prefix, suffixKey, version]));
}

/** What stood at a moment (RFC 3339, to the microsecond): the newest version written until then. */
export function findVersionAt(
  database: Queryable,
  { prefix, suffixKey }: RecordName,
  at: string,
): Promise<Version | null> {
  const text = `select ${COLUMNS} ${OF} and written_at <= $3::timestamptz order by version desc limit 1`;
  return first(database.query<VersionRow>({ name: 'find_version_at', text }, [prefix, suffixKey, at]));
}

async function first<T>(rows: Promise<readonly T[]>): Promise<T | null> {
  return (await rows)[0] ?? null;
}
