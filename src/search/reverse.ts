import type { Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { administratorValues } from '../record/select.ts';
import type { Value } from '../record/value.ts';
import type { CatalogueKey } from './catalogue-entry.ts';
import { canonicalTarget, referenceFact, targetsOf } from './facts.ts';
import { matchFor, STANDS, WITHDRAWN } from './match.ts';
import type { Reader } from './reader.ts';

export interface ReverseRequest {
  /** A URL or an identifier. */
  readonly target: string;
  readonly reader: Reader;
  readonly after: CatalogueKey | null;
  readonly limit: number;
}

/** A record that points at the target, and the values that do. */
export interface Referrer extends CatalogueKey {
  readonly identifier: string;
  readonly version: number;
  readonly name: string;
  readonly values: readonly { readonly index: number; readonly type: string }[];
}

type ReferrerRow = Omit<Referrer, 'values'> & { prefix: Prefix; values: Value[]; entitled: boolean } & Record<
    string,
    unknown
  >;

/** Who points at a URL or an identifier, here and below, in the order of prefix and suffix. */
export async function findReferrers(
  database: Queryable,
  { target, reader, after, limit }: ReverseRequest,
): Promise<{ referrers: Referrer[]; next: CatalogueKey | null }> {
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const { entitled } = matchFor(reader, add);
  const fact = add([referenceFact(target)]);
  const own = entitled === 'false' ? '' : ` or c.private_facts @> ${fact}::text[] and ${entitled}`;
  const beyond =
    after === null ? '' : ` and (c.prefix, c.suffix_key) > (${add(after.prefix)}, ${add(after.suffixKey)})`;
  const text = `with ${WITHDRAWN}
    select c.prefix, c.suffix_key as "suffixKey", c.identifier, c.version, c.name, ${entitled} as entitled,
      coalesce(i.record, c.record) as values
    from catalogue c left join identifiers i on ${entitled} and i.prefix = c.prefix and i.suffix_key = c.suffix_key
    where (c.public_facts @> ${fact}::text[]${own}) and c.status = 'active' and ${STANDS}${beyond}
    order by c.prefix, c.suffix_key limit ${add(limit + 1)}`;
  const rows = await database.query<ReferrerRow>(text, values);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? { prefix: last.prefix, suffixKey: last.suffixKey } : null;
  return { referrers: page.flatMap((row) => referrerOf(row, canonicalTarget(target))), next };
}

/** None when the record was changed since the catalogue saw it. */
function referrerOf({ values, entitled, ...row }: ReferrerRow, canonical: string): Referrer[] {
  const visible = entitled ? administratorValues(values) : values;
  const pointing = visible.filter((value) =>
    [...targetsOf(value)].some((target) => canonicalTarget(target) === canonical),
  );
  if (pointing.length === 0) return [];
  const { prefix, suffixKey, identifier, version, name } = row;
  return [
    { prefix, suffixKey, identifier, version, name, values: pointing.map(({ index, type }) => ({ index, type })) },
  ];
}
