import type { OrganisationState } from '../../../proto/http/organisation-data.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { IN_FORCE } from './organisation-machine.ts';
import type { OpenPart } from './private-part.ts';

/** An organisation as others may know it. */
export interface Organisation {
  readonly id: string;
  readonly state: OrganisationState;
  readonly name: string;
  readonly data: OpenPart;
  readonly version: number;
}

/** What a transition can change. */
export interface OrganisationContent {
  readonly name: string;
  readonly data: OpenPart;
  /** Null: erased. */
  readonly sealed: Buffer | null;
  readonly pendingName: string | null;
  readonly pending: OpenPart | null;
  readonly pendingSealed: Buffer | null;
  readonly remarks: string | null;
}

/** A row of `organisations`. */
export interface OrganisationRow extends Organisation, OrganisationContent {
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly submittedAt: string | null;
  readonly verifiedAt: string | null;
}

export const ORGANISATION_COLUMNS = `id, state, name, data, version, sealed, pending_name as "pendingName", pending,
  pending_sealed as "pendingSealed", remarks, ${utc('created_at', 'createdAt')},
  ${utc('updated_at', 'updatedAt')}, ${utc('submitted_at', 'submittedAt')},
  ${utc('verified_at', 'verifiedAt')}`;

export async function findOrganisation(database: Queryable, id: string): Promise<OrganisationRow | null> {
  const text = `select ${ORGANISATION_COLUMNS} from organisations where id = $1`;
  const [row] = await database.query<OrganisationRow & Record<string, unknown>>(text, [id]);
  return row ?? null;
}

/** Throws ORGANISATION_NOT_FOUND. */
export async function getOrganisation(database: Queryable, id: string): Promise<OrganisationRow> {
  const row = await findOrganisation(database, id);
  if (row === null) throw new KapokError('ORGANISATION_NOT_FOUND');
  return row;
}

/** Holds the row until the transaction ends. Throws ORGANISATION_NOT_FOUND. */
export async function lockOrganisation(tx: Queryable, id: string): Promise<OrganisationRow> {
  const text = `select ${ORGANISATION_COLUMNS} from organisations where id = $1 for update`;
  const [row] = await tx.query<OrganisationRow & Record<string, unknown>>(text, [id]);
  if (row === undefined) throw new KapokError('ORGANISATION_NOT_FOUND');
  return row;
}

/** Stores what has become of a row that is locked. */
export async function updateOrganisation(
  tx: Queryable,
  change: OrganisationContent & Pick<Organisation, 'id' | 'state'> & { submitted: boolean; verified: boolean },
): Promise<OrganisationRow> {
  const { id, state, name, data, sealed, pendingName, pending, pendingSealed, remarks, submitted, verified } = change;
  const text = `update organisations set state = $2, name = $3, data = $4, sealed = $5, pending_name = $6, pending = $7,
      pending_sealed = $8, remarks = $9, submitted_at = case when $10 then now() else submitted_at end,
      verified_at = case when $11 then now() else verified_at end, version = version + 1, updated_at = now()
    where id = $1 returning ${ORGANISATION_COLUMNS}`;
  const json = (part: OpenPart | null) => part && JSON.stringify(part);
  const values = [
    id,
    state,
    name,
    json(data),
    sealed,
    pendingName,
    json(pending),
    pendingSealed,
    remarks,
    submitted,
    verified,
  ];
  const [row] = await tx.query<OrganisationRow & Record<string, unknown>>(text, values);
  if (row === undefined) throw new Error('The organisation is gone, though it was locked');
  return row;
}

/**
 * An organisation that was checked: it stays so until the transaction ends. Throws ORGANISATION_NOT_VERIFIED, also where there is
 * no such organisation.
 */
export async function getVerified(tx: Queryable, id: string): Promise<Organisation> {
  const text = 'select id, state, name, data, version from organisations where id = $1 for share';
  const [row] = await tx.query<Organisation & Record<string, unknown>>({ name: 'get_verified', text }, [id]);
  if (row === undefined || !IN_FORCE.has(row.state)) throw new KapokError('ORGANISATION_NOT_VERIFIED');
  return row;
}
