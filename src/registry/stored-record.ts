import type { IdentifierKey } from '../identifier/identifier.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { publicValues } from '../record/select.ts';
import { recordTtl } from '../record/ttl.ts';
import type { Value } from '../record/value.ts';
import { isGuarded } from '../record/writable.ts';

/** A record as the database holds it. */
export interface StoredRecord {
  readonly key: IdentifierKey;
  /** The identifier as it was first spelled. */
  readonly handle: string;
  readonly version: number;
  /** The values as a JSON array; null for a tombstone. */
  readonly values: string | null;
  readonly hasPrivate: boolean;
  /** Seconds an answer may be kept. */
  readonly ttl: number;
  readonly successor: string | null;
  /** It came to whom its HS_ADMIN names by a transfer: what its prefix gives does not reach it. */
  readonly transferred?: boolean;
}

/** What a write stores: the values, or a tombstone. */
export type NewRecord =
  | { readonly values: readonly Value[] }
  | { readonly values: null; readonly successor?: string | undefined };

export interface RecordColumns {
  readonly record: string | null;
  readonly hasPrivate: boolean;
  readonly ttl: number;
  readonly successor: string | null;
  /** Bulk writes must look at the record before they replace it. */
  readonly guarded: boolean;
}

/** `ttl` of a record whose values end at a moment: it is worked out when it is read. */
export const ABSOLUTE_TTL = -1;

export function columnsOf(record: NewRecord): RecordColumns {
  if (record.values === null)
    return { record: null, hasPrivate: false, ttl: 0, successor: record.successor ?? null, guarded: false };
  const { values } = record;
  const absolute = values.some((value) => typeof value.ttl === 'string');
  return {
    record: JSON.stringify(values),
    hasPrivate: publicValues(values) !== values,
    ttl: absolute ? ABSOLUTE_TTL : recordTtl(values, 0),
    successor: null,
    guarded: isGuarded(values),
  };
}

/** The columns that make a StoredRecord, to be selected from `identifiers i`. */
export const RECORD_COLUMNS = `i.prefix, i.suffix_key, i.suffix, i.version, i.record::text as record, i.has_private, i.ttl, i.successor,
  i.transfer is not null as transferred`;

export interface RecordRow extends Record<string, unknown> {
  readonly prefix: Prefix;
  readonly suffix_key: string;
  readonly suffix: string;
  readonly version: number;
  readonly record: string | null;
  readonly has_private: boolean;
  readonly ttl: number;
  readonly successor: string | null;
  readonly transferred: boolean;
}

export function storedRecordOf(row: RecordRow): StoredRecord {
  return {
    key: `${row.prefix}/${row.suffix_key}` as IdentifierKey,
    handle: `${row.prefix}/${row.suffix}`,
    version: row.version,
    values: row.record,
    hasPrivate: row.has_private,
    ttl: row.ttl === ABSOLUTE_TTL ? recordTtl(JSON.parse(row.record ?? '[]') as Value[], Date.now()) : row.ttl,
    successor: row.successor,
    transferred: row.transferred,
  };
}
