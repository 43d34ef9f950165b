import type { Scope } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { AllotmentState } from '../../governance/allotments/allotment.ts';
import type { OpenPart } from '../../governance/organisations/private-part.ts';
import type { PrefixStatus } from '../../registry/prefix-entry.ts';

/** What is null does not narrow. */
export interface PrefixConditions {
  /** Subtrees that the caller may see; '' is all. */
  readonly scopes: readonly Scope[];
  readonly prefix: string | null;
  readonly organisation: string | null;
  readonly name: string | null;
  /** In use. */
  readonly active: boolean | null;
  /** The node answers for it. */
  readonly hosted: boolean | null;
}

/** A prefix that resolves, or is applied for, and whose it is. */
export interface PrefixOfEnterprise {
  readonly prefix: string;
  /** Null: it does not resolve yet. */
  readonly status: PrefixStatus | null;
  /** Null: nobody has applied for it. */
  readonly state: AllotmentState | null;
  readonly hosted: boolean;
  readonly organisation: string | null;
  /** That of the organisation, or what the prefix is called. */
  readonly name: string | null;
  /** What the organisation lets everybody know. */
  readonly data: OpenPart | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

const FROM = `from prefixes p
    full join (select * from allotments where state not in ('free', 'cancelled')) a on a.prefix = p.prefix
    left join organisations o on o.id = a.organisation
    cross join lateral (select coalesce(p.prefix, a.prefix) as prefix, coalesce(p.site is null and p.prefix is not null, false) as hosted,
      coalesce(o.name, nullif(p.label, ''), nullif(a.label, '')) as name) f
  where ('' = any($1) or f.prefix = any($1)
      or exists (select from unnest($1::text[]) as s(scope) where starts_with(f.prefix, s.scope || '.')))
    and ($2::text is null or f.prefix = $2) and ($3::uuid is null or o.id = $3) and ($4::text is null or position($4 in f.name) > 0)
    and ($5::boolean is null or (p.status is not distinct from 'active') = $5) and ($6::boolean is null or f.hosted = $6)`;

const PAGE = {
  name: 'snms_prefix_page',
  text: `select f.prefix, p.status, a.state, f.hosted, o.id as organisation, f.name, o.data,
      ${utc('coalesce(a.allotted_at, a.applied_at, p.updated_at)', 'createdAt')},
      ${utc('greatest(a.updated_at, p.updated_at)', 'updatedAt')}
    ${FROM} order by f.prefix limit $7 offset $8`,
};
const COUNT = { name: 'snms_prefix_count', text: `select count(*) as total ${FROM}` };

/**
 * A page by its number, as deployed clients ask for it: what lies before is read, too. For long lists there are `/api/v1/prefixes`
 * and `/api/v1/allotments`.
 */
export function listPrefixes(
  database: Queryable,
  conditions: PrefixConditions,
  { page, size }: { page: number; size: number },
): Promise<PrefixOfEnterprise[]> {
  const values = [...valuesOf(conditions), size, (page - 1) * size];
  return database.query<PrefixOfEnterprise & Record<string, unknown>>(PAGE, values);
}

export async function countPrefixes(database: Queryable, conditions: PrefixConditions): Promise<number> {
  const [count] = await database.query<{ total: number }>(COUNT, valuesOf(conditions));
  return count?.total ?? 0;
}

function valuesOf({ scopes, prefix, organisation, name, active, hosted }: PrefixConditions): unknown[] {
  return [scopes, prefix, organisation, name, active, hosted];
}
