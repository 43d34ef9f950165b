import type { Queryable } from '../database/database.ts';
import type { Caller, Grant } from './caller.ts';

/** What somebody has who is known by a subject. */
export type Rights = Pick<Caller, 'grants' | 'organisations'>;

/** The columns of `rightsColumns`. */
export type RightsRow = { grants: Grant[] | null; organisations: string[] | null };

const ORGANISATION = /^org:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * SQL columns with what a subject has: its own grants and those of the organisations that it is a member of. The subjects are
 * gathered first, so that the index of `grants` is used for each of them.
 */
export function rightsColumns(subject: string): string {
  return `(select json_agg(json_build_object('role', g.role, 'scope', g.scope)) from grants g
      where g.subject = any(array[${subject}]
        || array(select 'org:' || m.organisation from organisation_members m where m.subject = ${subject}))) as grants,
    (select json_agg(m.organisation) from organisation_members m where m.subject = ${subject}) as organisations`;
}

const RIGHTS = { name: 'rights_of', text: `select ${rightsColumns('$1::text')}` };

/** What a subject was granted, itself and as a member of organisations. */
export async function rightsOf(database: Queryable, subject: string): Promise<Rights> {
  const [row] = await database.query<RightsRow>(RIGHTS, [subject]);
  return rightsOfRow(subject, row ?? { grants: null, organisations: null });
}

/** Whoever is known by `org:UUID` is that organisation. */
export function rightsOfRow(subject: string | null, { grants, organisations }: RightsRow): Rights {
  const [, own] = ORGANISATION.exec(subject ?? '') ?? [];
  return { grants: grants ?? [], organisations: [...(own === undefined ? [] : [own]), ...(organisations ?? [])] };
}

/** The subject by which the bearer of its token, and grants, name an organisation. */
export function subjectOfOrganisation(id: string): string {
  return `org:${id}`;
}

export function isOrganisationSubject(subject: string): boolean {
  return ORGANISATION.test(subject);
}
