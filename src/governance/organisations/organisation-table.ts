import type { OrganisationState } from '../../../proto/http/organisations.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { OpenPart } from './private-part.ts';

/** An organisation as others may know it. */
export interface Organisation {
  readonly id: string;
  readonly state: OrganisationState;
  readonly name: string;
  readonly data: OpenPart;
  readonly version: number;
}

/** A row of `organisations`. */
export interface OrganisationRow extends Organisation {
  readonly sealed: Buffer | null;
  readonly pendingName: string | null;
  readonly pending: OpenPart | null;
  readonly pendingSealed: Buffer | null;
  readonly remarks: string | null;
  readonly createdAt: string;
  readonly submittedAt: string | null;
  readonly verifiedAt: string | null;
}

export const ORGANISATION_COLUMNS = `id, state, name, data, version, sealed, pending_name as "pendingName", pending,
  pending_sealed as "pendingSealed", remarks, ${utc('created_at', 'createdAt')}, ${utc('submitted_at', 'submittedAt')},
  ${utc('verified_at', 'verifiedAt')}`;

/** States in which what is in force has been checked, and holds. */
const VERIFIED: ReadonlySet<OrganisationState> = new Set(['verified', 'changing', 'rechecking']);

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

/**
 * An organisation that was checked: it stays so until the transaction ends. Throws ORGANISATION_NOT_VERIFIED, also where there is
 * no such organisation.
 */
export async function getVerified(tx: Queryable, id: string): Promise<Organisation> {
  const text = 'select id, state, name, data, version from organisations where id = $1 for share';
  const [row] = await tx.query<Organisation & Record<string, unknown>>({ name: 'get_verified', text }, [id]);
  if (row === undefined || !VERIFIED.has(row.state)) throw new KapokError('ORGANISATION_NOT_VERIFIED');
  return row;
}
