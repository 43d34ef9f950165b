import type { Organisation as Answer, OrganisationData } from '../../../proto/http/organisation-data.ts';
import { type Party, possibleActions } from '../machine.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { missingOf } from './missing.ts';
import { ORGANISATION_TRANSITIONS } from './organisation-machine.ts';
import type { OrganisationRow } from './organisation-table.ts';
import { openData } from './private-part.ts';

export interface AnswerOptions {
  /** The kinds of its attachments. */
  readonly attachments: ReadonlySet<string>;
  /** Numbers and telephones whole: for who decides. */
  readonly full: boolean;
  /** As whom the caller can do something. */
  readonly parties: readonly Party[];
}

/** An organisation as it is told to itself, or to who decides on it. */
export function answerOf(box: SecretBox, row: OrganisationRow, { attachments, full, parties }: AnswerOptions): Answer {
  const { id, state, remarks, version, createdAt, updatedAt, submittedAt, verifiedAt } = row;
  const { data, pending } = openBoth(box, row);
  const missing = missingOf(pending ?? data, attachments);
  const shown = (told: OrganisationData) => (full ? told : maskData(told));
  return {
    ...{ id, state, data: shown(data), pending: pending && shown(pending) },
    ...{ complete: missing.length === 0, missing, remarks },
    possible: parties.flatMap((party) => possibleActions(ORGANISATION_TRANSITIONS, state, party)),
    ...{ version, createdAt, updatedAt, submittedAt, verifiedAt },
  };
}

/** What an organisation says, and what it wants changed. Of a withdrawn one that is erased, what may be known. */
export function openBoth(
  box: SecretBox,
  { id, name, data, sealed, pending, pendingName, pendingSealed }: OrganisationRow,
): { data: OrganisationData; pending: OrganisationData | null } {
  const { documentType: _, ...open } = data;
  const told = sealed === null ? { name, ...open } : openData(box, { name, data, sealed }, { id, field: 'sealed' });
  if (pending === null || pendingName === null || pendingSealed === null) return { data: told, pending: null };
  const stored = { name: pendingName, data: pending, sealed: pendingSealed };
  return { data: told, pending: openData(box, stored, { id, field: 'pending_sealed' }) };
}

/** Numbers of documents and telephones down to their last four characters. */
export function maskData(data: OrganisationData): OrganisationData {
  const { document, legalPerson, contact } = data;
  return {
    ...data,
    ...(document && { document: { ...document, number: mask(document.number) } }),
    ...(legalPerson && { legalPerson: maskPerson(legalPerson) }),
    ...(contact && { contact: maskPerson(contact) }),
  };
}

type Person = NonNullable<OrganisationData['legalPerson']>;

function maskPerson<P extends Person>(person: P): P {
  const { document, phone } = person;
  return {
    ...person,
    ...(document && { document: { ...document, number: mask(document.number) } }),
    ...(phone !== undefined && { phone: mask(phone) }),
  };
}

/** Of a short one nothing is left to guess it by. */
function mask(number: string): string {
  return number.length < 8 ? '*'.repeat(number.length) : '*'.repeat(number.length - 4) + number.slice(-4);
}
