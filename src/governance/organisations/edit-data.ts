import type { OrganisationData, OrganisationPatch } from '../../../proto/http/organisation-data.ts';

/** Fields that are named take the place of theirs, whole; null takes one away. */
export function editData(data: OrganisationData, patch: OrganisationPatch): OrganisationData {
  const fields = Object.entries({ ...data, ...patch }).filter(([, value]) => value !== null);
  return Object.fromEntries(fields) as OrganisationData;
}
