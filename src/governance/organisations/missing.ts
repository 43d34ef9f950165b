import type { OrganisationData } from '../../../proto/http/organisation-data.ts';

/** What there must be before anybody checks: each with where it stands. */
const NEEDED: readonly (readonly [at: string, find: (data: OrganisationData) => unknown])[] = [
  ['nature', ({ nature }) => nature],
  ['document', ({ document }) => document],
  ['legalPerson', ({ legalPerson }) => legalPerson],
  ['legalPerson.document', ({ legalPerson }) => legalPerson === undefined || legalPerson.document],
  ['contact', ({ contact }) => contact],
  ['address', ({ address }) => address],
  ['region', ({ region }) => region],
  ['industry', ({ industry }) => industry],
];

/** The picture or scan of the organisation's document. */
export const NEEDED_ATTACHMENT = 'document';

/** What a submission lacks: names of fields, and `attachments.KIND`. */
export function missingOf(data: OrganisationData, attachments: ReadonlySet<string>): string[] {
  const fields = NEEDED.flatMap(([at, find]) => (find(data) === undefined ? [at] : []));
  return attachments.has(NEEDED_ATTACHMENT) ? fields : [...fields, `attachments.${NEEDED_ATTACHMENT}`];
}
