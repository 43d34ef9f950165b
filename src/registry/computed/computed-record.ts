import { utc } from '../../database/utc.ts';
import type { IdentifierKey } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { recordTtl } from '../../record/ttl.ts';
import type { Value } from '../../record/value.ts';
import { ABSOLUTE_TTL, type StoredRecord } from '../stored-record.ts';
import { fillValues } from './placeholders.ts';
import type { Parts } from './serial-pattern.ts';

/** Which computed record: a pattern stands under a prefix once for each first number of a range. */
export interface ComputedName {
  readonly prefix: Prefix;
  readonly pattern: string;
  /** The first number of the counter that it answers for; 0 for a pattern without one. */
  readonly from: number;
}

/** One row that answers for a range of serial numbers. */
export interface ComputedRecord extends ComputedName {
  readonly to: number;
  /** As they were published, with their placeholders. */
  readonly values: readonly Value[];
  readonly hasPrivate: boolean;
  /** As in StoredRecord, or ABSOLUTE_TTL. */
  readonly ttl: number;
  readonly actor: string;
  /** RFC 3339, UTC. */
  readonly updatedAt: string;
}

const COMMON_COLUMNS = `prefix, pattern, range_from as "from", range_to as "to", has_private as "hasPrivate", ttl, actor,
  ${utc('updated_at', 'updatedAt')}`;

/** The columns that make a ComputedRecord, to be selected from `computed_records`. */
export const COMPUTED_COLUMNS = `${COMMON_COLUMNS}, record as "values"`;

/** The same, with the version of the prefix that each came with, and the values of those alone that came after `known`. */
export const NEWER_COLUMNS = `${COMMON_COLUMNS}, version, case when version > known then record end as "values"`;

/**
 * What a computed record says of one serial number, in the shape of a stored one. Its version is 0, as that of absence is: caches
 * compare versions, and the row of its own that a serial number is given later begins at 1.
 */
export function recordOf(record: ComputedRecord, { suffix, named }: Parts): StoredRecord {
  const { prefix, values, hasPrivate, ttl } = record;
  const handle = `${prefix}/${suffix}`;
  const always: Record<string, string> = { identifier: handle, prefix, suffix };
  const filled = fillValues(values, (name) => always[name] ?? named.get(name) ?? '');
  return {
    key: handle as IdentifierKey,
    handle,
    version: 0,
    values: JSON.stringify(filled),
    hasPrivate,
    ttl: ttl === ABSOLUTE_TTL ? recordTtl(filled, Date.now()) : ttl,
    successor: null,
  };
}
