import { createHash } from 'node:crypto';
import type { CatalogueKey } from './catalogue-entry.ts';

export const BUCKETS = 256;

/** Which part of the catalogue a key belongs to when two nodes compare theirs: 0 to 255. */
export function bucketOf({ prefix, suffixKey }: CatalogueKey): number {
  return createHash('sha256').update(`${prefix}/${suffixKey}`).digest().readUInt8(0);
}

export interface Digested extends CatalogueKey {
  readonly version: number;
  readonly status: 'active' | 'tombstone';
  readonly successor: string | null;
  /** The public values as JSON. */
  readonly record: string;
}

/**
 * The 64 bits of a row, a decimal text because a number would lose some. Two nodes that say the same of an identifier have
 * the same; the sums, or the exclusive ors, of a bucket's rows tell whether they agree on all of it.
 */
export function digestOf({ prefix, suffixKey, version, status, successor, record }: Digested): string {
  const canonical = JSON.stringify([prefix, suffixKey, version, status, successor, record]);
  return createHash('sha256').update(canonical).digest().readBigInt64BE(0).toString();
}
