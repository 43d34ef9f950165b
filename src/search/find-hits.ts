import type { Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Value } from '../record/value.ts';
import { type FacetRow, facetSql } from './facet-sql.ts';
import { matchFor, STANDS, WITHDRAWN } from './match.ts';
import type { Reader } from './reader.ts';
import type { SearchPlan } from './search-plan.ts';

/** Records that are put in order; of a word that more records hold, these many are looked at. */
export const RANKED = 1_000;

/** Where a hit stands in the order of all. */
export interface Position {
  readonly rank: number;
  /** Characters of the name: the shorter one is more likely meant. */
  readonly length: number;
  readonly prefix: Prefix;
  readonly suffixKey: string;
}

export interface FoundRow extends Position {
  readonly identifier: string;
  readonly version: number;
  readonly name: string;
  readonly template: string | null;
  readonly updatedAt: string;
  /** The public values; all when `entitled`. */
  readonly values: readonly Value[];
  readonly entitled: boolean;
}

export interface Found {
  /** At most one more than RANKED. */
  readonly count: number;
  readonly rows: readonly FoundRow[];
  readonly facets: readonly FacetRow[];
}

export interface HitsAsked {
  readonly plan: SearchPlan;
  readonly reader: Reader;
  readonly after: Position | null;
  readonly limit: number;
  readonly withFacets: boolean;
}

/**
 * Finds, ranks and pages in one statement. Records whose names hold the words are looked for first, the others only when
 * those are not enough. At most RANKED records of each kind are read: a word of a hundred thousand records costs its bitmap and the
 * reading of these. GIN itself starts from the rarest term.
 */
export async function findHits(
  database: Queryable,
  { plan, reader, after, limit, withFacets }: HitsAsked,
): Promise<Found> {
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const match = matchFor(reader, add);
  const key = 'c.prefix, c.suffix_key, c.template, length(c.name) as length';
  const ranks = plan.tiers.map((tier, rank) => `when ${match.query(tier)} then ${rank}`).join(' ');
  const rank = `case ${ranks} else ${plan.tiers.length} end as rank`;
  const inName = match.query(plan.inName);
  const beyond = after && [after.rank, after.length, after.prefix, after.suffixKey].map(add).join(', ');
  const text = `with ${WITHDRAWN},
    named as materialized (
      select ${key}, ${rank} from catalogue c where ${inName} and ${STANDS} limit ${RANKED + 1}
    ),
    others as materialized (
      select ${key}, ${rank} from catalogue c
      where ${match.query(plan.anywhere)} and not ${inName} and ${STANDS} and (select count(*) from named) <= ${RANKED}
      limit ${RANKED + 1}
    ),
    found as materialized (select * from named union all select * from others limit ${RANKED + 1}),
    page as (
      select * from found ${beyond === null ? '' : `where (rank, length, prefix, suffix_key) > (${beyond})`}
      order by rank, length, prefix, suffix_key limit ${add(limit)}
    ),
    shown as (
      select p.rank, p.length, p.prefix, p.suffix_key as "suffixKey", c.identifier, c.version, c.name, c.template,
        ${utc('c.updated_at', 'updatedAt')}, coalesce(i.record, c.record) as values, ${match.entitled} as entitled
      from page p join catalogue c on c.prefix = p.prefix and c.suffix_key = p.suffix_key
      left join identifiers i on ${match.entitled} and i.prefix = p.prefix and i.suffix_key = p.suffix_key
      order by p.rank, p.length, p.prefix, p.suffix_key
    )
    select (select count(*)::int from found) as count, (select coalesce(json_agg(s), '[]') from shown s) as rows,
      ${withFacets ? facetSql('found') : "'[]'::json"} as facets`;
  const [row] = await database.query<Found & Record<string, unknown>>(text, values);
  return row ?? { count: 0, rows: [], facets: [] };
}
