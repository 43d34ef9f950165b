import type { Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { CatalogueKey } from './catalogue-entry.ts';

/** Records that a transaction may have changed to be called small: what a person does, and no import. */
const SMALL = 16;
/** Transactions a step. */
const LIMIT = 16;

// The blocks of an import are passed over by their size alone: their arrays are not read.
const NEXT = {
  name: 'index_ahead',
  text: `select seq, prefix, array_to_json(suffix_keys) as "suffixKeys" from changes
    where seq > $1 and size <= ${SMALL} and suffix_keys is not null order by seq limit ${LIMIT}`,
};

type Row = { seq: number; prefix: Prefix; suffixKeys: readonly string[] };

export interface Ahead {
  readonly keys: readonly CatalogueKey[];
  readonly seq: number;
}

/**
 * The small changes after number `seq`: so that a correction need not wait until the catalogue shows the import before it. They
 * come once more when it is their turn, and change nothing then: of a record always the newest version is read.
 */
export async function readAhead(tx: Queryable, seq: number): Promise<Ahead> {
  const rows = await tx.query<Row>(NEXT, [seq]);
  const keys = rows.flatMap(({ prefix, suffixKeys }) => suffixKeys.map((suffixKey) => ({ prefix, suffixKey })));
  return { keys, seq: rows.at(-1)?.seq ?? seq };
}
