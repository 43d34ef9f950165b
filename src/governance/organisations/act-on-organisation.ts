import type { OrganisationData } from '../../../proto/http/organisation-data.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { lockHeld, resumeHeld, suspendHeld } from '../allotments/suspend-held.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { getTransition, type Party } from '../machine.ts';
import { appendNotice } from '../notices/append-notice.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { ORGANISATION_TRANSITIONS, type OrganisationAction } from './organisation-machine.ts';
import { lockOrganisation, type OrganisationRow, updateOrganisation } from './organisation-table.ts';
import { transitionEffects } from './transition-effects.ts';

export interface OrganisationStep {
  readonly id: string;
  readonly action: OrganisationAction;
  readonly by: Party;
  readonly actor: Actor;
  readonly box: SecretBox;
  readonly reason?: string | undefined;
  /** Of `edit`: what it says now. */
  readonly edit?: (data: OrganisationData) => OrganisationData;
  /** What the audit log says besides. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Versions of which the organisation must have one; null: any. */
  readonly versions: readonly number[] | null;
}

/** Does what the table allows, in one transaction with the audit entry and the notice of it. */
export function actOnOrganisation(database: Database, step: OrganisationStep): Promise<OrganisationRow> {
  return database.transaction((tx) => actOnOrganisationIn(tx, step));
}

/**
 * The same within a transaction. Throws ORGANISATION_NOT_FOUND, VERSION_MISMATCH, TRANSITION_REFUSED, ORGANISATION_INCOMPLETE,
 * DOCUMENT_TAKEN, ORGANISATION_IN_USE.
 */
export async function actOnOrganisationIn(tx: Queryable, step: OrganisationStep): Promise<OrganisationRow> {
  const { id, action, by, actor, reason, versions, detail } = step;
  if (action === 'suspend' || action === 'resume') await lockHeld(tx, id);
  const row = await lockOrganisation(tx, id);
  if (versions !== null && !versions.includes(row.version))
    throw new KapokError('VERSION_MISMATCH', { message: `The organisation has the version ${row.version}` });
  const { to } = getTransition(ORGANISATION_TRANSITIONS, { state: row.state, action, by }, { reason });
  const change = await transitionEffects[action](tx, row, step);
  const times = { submitted: action === 'submit', verified: action === 'verify' };
  const next = await updateOrganisation(tx, { ...row, ...change, state: to, ...times });
  const about = { kind: 'organisation', id };
  await appendAudit(tx, {
    ...{ action: `organisation.${action}`, actor, ...about, prefix: null, reason: reason ?? null },
    ...{ before: auditedOf(row), after: { ...auditedOf(next), ...detail } },
  });
  if (action !== 'edit') {
    const body = { state: next.state, name: next.name, remarks: next.remarks };
    await appendNotice(tx, { organisation: id, kind: `organisation.${action}`, prefix: null, about, body });
  }
  await followInPrefixes(tx, step);
  return next;
}

/** What it means for the prefixes that the organisation holds. Last, for from here on all other writers of the node wait. */
async function followInPrefixes(tx: Queryable, { id, action, actor, reason }: OrganisationStep): Promise<void> {
  const held = { organisation: id, cause: 'organisation', actor } as const;
  if (action === 'suspend') await suspendHeld(tx, { ...held, reason: `The organisation is suspended: ${reason}` });
  if (action === 'resume') await resumeHeld(tx, { ...held, reason: 'The organisation is in force again' });
}

/** What anybody may know: nothing that is sealed comes into the audit log. */
function auditedOf({ state, version, name, data, pendingName, pending }: OrganisationRow) {
  return { state, version, name, data, pending: pending && { name: pendingName, data: pending } };
}
