import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';

/** Rights that ended together. */
export interface EndedRights {
  readonly tokens: readonly string[];
  readonly grants: readonly { readonly scope: string; readonly subject: string; readonly role: string }[];
}

const WITHIN = `(scope = $1 or starts_with(scope, $1 || '.'))`;

/** Ends all tokens and grants at a prefix and below it: they were given by, or for, whoever held it. */
export async function endRightsBelow(tx: Queryable, prefix: Prefix): Promise<EndedRights> {
  const tokens = `update tokens set revoked_at = now() where revoked_at is null and ${WITHIN} returning id`;
  const grants = `delete from grants where ${WITHIN} returning scope, subject, role`;
  return {
    tokens: (await tx.query<{ id: string }>(tokens, [prefix])).map(({ id }) => id),
    grants: await tx.query<EndedRights['grants'][number] & Record<string, unknown>>(grants, [prefix]),
  };
}

/** Gives back what was ended. */
export async function restoreRights(tx: Queryable, { tokens, grants }: EndedRights): Promise<void> {
  await tx.query('update tokens set revoked_at = null where id = any($1::uuid[])', [tokens]);
  const text = `insert into grants (scope, subject, role)
    select scope, subject, role from jsonb_to_recordset($1::jsonb) as g(scope text, subject text, role text) on conflict do nothing`;
  await tx.query(text, [JSON.stringify(grants)]);
}
