import { createGrant } from '../../access/grants.ts';
import { subjectOfOrganisation } from '../../access/rights.ts';
import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';

/** The organisation registers below the prefix from now on. */
export async function giveHolder(tx: Queryable, organisation: string | null, prefix: Prefix): Promise<void> {
  if (organisation === null) return;
  await createGrant(tx, { subject: subjectOfOrganisation(organisation), role: 'registrant', scope: prefix });
}

/** The organisation no longer does. */
export async function takeFromHolder(tx: Queryable, organisation: string | null, prefix: Prefix): Promise<void> {
  if (organisation === null) return;
  const text = `delete from grants where scope = $1 and subject = $2 and role = 'registrant'`;
  await tx.query(text, [prefix, subjectOfOrganisation(organisation)]);
}
