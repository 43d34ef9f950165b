import type { Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Value } from '../record/value.ts';
import { type FacetRow, facetSql } from './facet-sql.ts';
import { matchFor, STANDS, WITHDRAWN } from './match.ts';
import type { Reader } from './reader.ts';
import type { SearchPlan, Sieve } from './search-plan.ts';

/** Records that are put in order; of a word that more records hold, these many are looked at. */
export const RANKED = 1_000;
/** Records with all the words that are looked at for those in which the words stand side by side. */
const LOOKED_AT = 4_000;

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
  /** At most RANKED. */
  readonly count: number;
  /** There are, or may be, more than were counted. */
  readonly atLeast: boolean;
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
 * those are not enough. What is read is bounded: a word of a third of a million records costs its bitmap, about 10 ms, and the
 * reading of RANKED rows; words that must stand side by side, LOOKED_AT rows that hold them all. GIN itself begins with the
 * rarest term.
 */
export async function findHits(tx: Queryable, { plan, reader, after, limit, withFacets }: HitsAsked): Promise<Found> {
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const match = matchFor(reader, add);
  // Of words that are guessed, common ones may never stand side by side: the search ends sooner.
  const mostOf = ({ coarse, fine }: Sieve) => (coarse === fine || plan.inName === null ? RANKED : LOOKED_AT);
  const ranks = plan.tiers.map((tier, rank) => `when ${match.query(tier)} then ${rank}`).join(' ');
  // The limit stands before what only the row itself can tell; rank is null where the words do not stand side by side.
  const sift = ({ coarse, fine }: Sieve, more = '') => {
    const misfit = coarse === fine ? '' : `when not ${match.query(fine)} then null`;
    return `select c.prefix, c.suffix_key, c.template, length(c.name) as length,
        case ${misfit} ${ranks} else ${plan.tiers.length} end as rank
      from (select * from catalogue c where ${match.query(coarse)}${more} limit ${mostOf({ coarse, fine }) + 1}) c where ${STANDS}`;
  };
  const nothing = `select prefix, suffix_key, template, 0 as length, 0 as rank from catalogue where false`;
  const all = (relation: string, sieve: Sieve | null) =>
    sieve !== null && `(select count(*) from ${relation}) > ${mostOf(sieve)}`;
  const beyond = after && [after.rank, after.length, after.prefix, after.suffixKey].map(add).join(', ');
  const text = `with ${WITHDRAWN},
    named as materialized (${plan.inName === null ? nothing : sift(plan.inName)}),
    others as materialized (
      ${sift(plan.anywhere, ` and (select count(rank) from named) <= ${RANKED}`)}
    ),
    found as materialized (
      select * from named where rank is not null
      union all
      select * from others o where rank is not null
        and not exists (select from named n where n.prefix = o.prefix and n.suffix_key = o.suffix_key and n.rank is not null)
      limit ${RANKED + 1}
    ),
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
    select (select least(count(*), ${RANKED})::int from found) as count,
      (select count(*) from found) > ${RANKED} or ${all('named', plan.inName)} or ${all('others', plan.anywhere)} as "atLeast",
      (select coalesce(json_agg(s), '[]') from shown s) as rows,
      ${withFacets ? facetSql('found') : "'[]'::json"} as facets`;
  await tx.query(plan.single ? MAY_READ_TABLE : MAY_NOT);
  const [row] = await tx.query<Found & Record<string, unknown>>(text, values);
  return row ?? { count: 0, atLeast: false, rows: [], facets: [] };
}

// Where two common words never meet, the planner would read the whole table in the hope of a thousand rows that hold both.
const MAY_READ_TABLE = {
  name: 'search_may_read',
  text: `select set_config('enable_seqscan', 'on', true), set_config('seq_page_cost', '0.3', true)`,
};
const MAY_NOT = { name: 'search_may_not', text: `select set_config('enable_seqscan', 'off', true)` };
