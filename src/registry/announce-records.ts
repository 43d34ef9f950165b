import type { Queryable } from '../database/database.ts';
import type { RecordName } from './record-reader.ts';

export interface ChangedRecord extends RecordName {
  readonly version: number;
}

// The last statement of its transaction: from here to the commit all other writers of the node wait.
const ANNOUNCE = {
  name: 'announce_records',
  text: `with head as (
      update node set feed_head = feed_head + cardinality($1::text[]) returning feed_head - cardinality($1::text[]) as before
    )
    insert into changes (seq, size, prefix, suffix_keys, versions)
    select head.before + b.until, b.until - b.since, b.prefix, ($1::text[])[b.since + 1:b.until], ($2::bigint[])[b.since + 1:b.until]
    from head, unnest($3::text[], $4::int[], $5::int[]) as b(prefix, since, until)`,
};

/** Gives changes of records their numbers in the feed: a block a prefix. They must be in the order of their prefixes. */
export async function announceRecords(tx: Queryable, records: readonly ChangedRecord[]): Promise<void> {
  if (records.length === 0) return;
  const prefixes: string[] = [];
  const since: number[] = [];
  for (const [i, { prefix }] of records.entries()) {
    if (prefix === prefixes.at(-1)) continue;
    prefixes.push(prefix);
    since.push(i);
  }
  const until = [...since.slice(1), records.length];
  const keys = arrayText(records.map(({ suffixKey }) => suffixKey));
  const versions = `{${records.map(({ version }) => version).join(',')}}`;
  await tx.query(ANNOUNCE, [keys, versions, prefixes, since, until]);
}

/** PostgreSQL's text of an array: made here because the driver takes four times as long for thousands of texts. */
function arrayText(texts: readonly string[]): string {
  const plain = !/["\\]/.test(texts.join(''));
  return `{"${(plain ? texts : texts.map((text) => text.replace(/["\\]/g, '\\$&'))).join('","')}"}`;
}
