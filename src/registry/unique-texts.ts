import { createHash } from 'node:crypto';
import type { Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { isUnder, lineage, type Prefix } from '../identifier/prefix.ts';
import type { Demands, ItemText } from '../record/template/demands.ts';
import { TEMPLATE_ID } from '../record/template/template.ts';
import type { RecordName } from './record-reader.ts';
import { parseTemplateId, type TemplateId } from './templates.ts';

const NAMES = `unnest($3::int[], $4::bytea[]) as n(item_index, value_hash)`;

// A text that another transaction is taking or giving back is waited for. Texts are taken in the order of their items, and all
// of them before one is given back: whoever waits here holds nothing that the others wait for.
const TAKE = {
  name: 'take_unique_texts',
  text: `insert into unique_values (prefix, template, item_index, value_hash, holder_prefix, suffix_key)
    select $1, $2, n.item_index, n.value_hash, $5, $6 from ${NAMES} order by n.item_index
    on conflict do nothing`,
};

const HELD = {
  name: 'held_unique_texts',
  text: `select u.item_index, u.holder_prefix, u.suffix_key, i.suffix
    from ${NAMES}
    join unique_values u on u.prefix = $1 and u.template = $2 and u.item_index = n.item_index and u.value_hash = n.value_hash
    left join identifiers i on i.prefix = u.holder_prefix and i.suffix_key = u.suffix_key`,
};

// $7: a record's template lies at its prefix or above it. That is said for the table where it is partitioned by its prefix.
const GIVE_BACK = {
  name: 'give_back_unique_texts',
  text: `delete from unique_values where prefix = any($7) and holder_prefix = $5 and suffix_key = $6
    and not (prefix = $1 and template = $2 and (item_index, value_hash) in (select n.item_index, n.value_hash from ${NAMES}))`,
};

interface HeldRow extends Record<string, unknown> {
  readonly item_index: number;
  readonly holder_prefix: Prefix;
  readonly suffix_key: string;
  readonly suffix: string | null;
}

export interface Holding {
  readonly holder: RecordName;
  /** The values that the write takes the place of, as JSON; null: there are none. */
  readonly before: string | null;
  readonly mayRead: (prefix: Prefix) => boolean;
}

const TRIES = 5;

/**
 * Takes the texts that a record holds in unique items, and gives back those it held before, in the transaction that writes
 * the record. Throws VALUE_NOT_UNIQUE, which names the item and, to who may read it, the record that holds the text; INVALID_VALUE for a record
 * that does not lie below the prefix of the template.
 */
export async function holdUniqueTexts(tx: Queryable, demands: Demands, holding: Holding): Promise<void> {
  const { unique } = demands;
  const { holder, before } = holding;
  if (unique.length === 0 && before?.includes(TEMPLATE_ID.type) !== true) return;
  const named = unique.length === 0 ? { prefix: '', name: '' } : getTemplate(demands, holder.prefix);
  const sorted = [...unique].sort((a, b) => a.item.index - b.item.index);
  const texts = [
    named.prefix,
    named.name,
    sorted.map(({ item }) => item.index),
    sorted.map(({ text }) => hashOf(text)),
  ];
  const all = [...texts, holder.prefix, holder.suffixKey];
  if (unique.length > 0) await take(tx, sorted, { texts, all, holding });
  await tx.query(GIVE_BACK, [...all, [...lineage(holder.prefix)]]);
}

/** Who registers elsewhere must not use up the texts of somebody else's template. */
function getTemplate({ unique, template }: Demands, prefix: Prefix): TemplateId {
  const id = parseTemplateId(template);
  if (isUnder(prefix, id.prefix)) return id;
  const types = unique.map(({ item }) => item.type).join(', ');
  const message = `${template} keeps ${types} unique among records at and below ${id.prefix}; ${prefix} does not lie there`;
  throw new KapokError('INVALID_VALUE', { message, at: TEMPLATE_ID.type });
}

interface Taking {
  readonly texts: readonly unknown[];
  readonly all: readonly unknown[];
  readonly holding: Holding;
}

async function take(tx: Queryable, unique: readonly ItemText[], { texts, all, holding }: Taking): Promise<void> {
  const { prefix, suffixKey } = holding.holder;
  for (let attempt = 1; ; attempt++) {
    await tx.query(TAKE, all);
    const held = await tx.query<HeldRow>(HELD, texts);
    const other = held.find((row) => row.holder_prefix !== prefix || row.suffix_key !== suffixKey);
    if (other !== undefined) throw taken(unique, other, holding);
    if (held.length === unique.length) return;
    // One was given back between the two statements: it is free now.
    if (attempt === TRIES) throw new KapokError('VERSION_MISMATCH', { message: 'Too many writers want the same text' });
  }
}

function taken(unique: readonly ItemText[], other: HeldRow, { mayRead }: Holding): KapokError {
  const type = unique.find(({ item }) => item.index === other.item_index)?.item.type ?? '';
  const record =
    mayRead(other.holder_prefix) && other.suffix !== null ? `${other.holder_prefix}/${other.suffix}` : null;
  const message = `${type} (index ${other.item_index}) is unique in its template, and ${record ?? 'another record'} holds this text`;
  return new KapokError('VALUE_NOT_UNIQUE', { message, at: type });
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
