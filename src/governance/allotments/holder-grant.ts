import { createGrant, revokeGrant } from '../../access/grants.ts';
import { subjectOfOrganisation } from '../../access/rights.ts';
import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Actor } from '../audit/append-audit.ts';

interface Holding {
  readonly organisation: string | null;
  readonly prefix: Prefix;
  readonly by: Actor;
}

/** The organisation registers below the prefix from now on. */
export async function giveHolder(tx: Queryable, { organisation, prefix, by }: Holding): Promise<void> {
  if (organisation === null) return;
  await createGrant(tx, { subject: subjectOfOrganisation(organisation), role: 'registrant', scope: prefix, by });
}

/** The organisation no longer does. */
export async function takeFromHolder(tx: Queryable, { organisation, prefix, by }: Holding): Promise<void> {
  if (organisation === null) return;
  const text = `select id from grants where scope = $1 and subject = $2 and role = 'registrant'`;
  const held = await tx.query<{ id: string }>(text, [prefix, subjectOfOrganisation(organisation)]);
  for (const { id } of held) await revokeGrant(tx, id, by);
}
