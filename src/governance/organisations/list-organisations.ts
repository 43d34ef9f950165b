import type { OrganisationState, OrganisationSummary } from '../../../proto/http/organisation-data.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';

export interface OrganisationFilter {
  /** Null: all. */
  readonly ids: readonly string[] | null;
  readonly state: OrganisationState | null;
  /** What the name contains, whatever its case; null: any. */
  readonly name: string | null;
}

/** The end of a page. */
export interface OrganisationPlace {
  /** `infinity`: never submitted. */
  readonly submitted: string;
  readonly id: string;
}

const SUBMITTED = `coalesce(submitted_at, 'infinity'::timestamptz)`;
const LIST = `select id, state, name, data->>'nature' as nature, data->>'region' as region, data->>'industry' as industry, version,
    ${utc('updated_at', 'updatedAt')}, ${utc('submitted_at', 'submittedAt')}, ${utc('verified_at', 'verifiedAt')}
  from organisations
  where ($1::uuid[] is null or id = any ($1)) and ($2::text is null or state = $2)
    and ($3::text is null or position(lower($3) in lower(name)) > 0)
    and ($4::timestamptz is null or (${SUBMITTED}, id) > ($4::timestamptz, $5::uuid))
  order by ${SUBMITTED}, id limit $6`;

/** A page of organisations, without anything that is sealed; those that wait for the longest time first. */
export function listOrganisations(
  database: Queryable,
  { ids, state, name }: OrganisationFilter,
  { after, limit }: { after: OrganisationPlace | null; limit: number },
): Promise<OrganisationSummary[]> {
  const values = [ids, state, name, after?.submitted ?? null, after?.id ?? null, limit];
  return database.query<OrganisationSummary & Record<string, unknown>>(LIST, values);
}

export function placeOf({ submittedAt, id }: OrganisationSummary): OrganisationPlace {
  return { submitted: submittedAt ?? 'infinity', id };
}
