import type { Queryable } from '../../../src/database/database.ts';
import type { TestNode } from '../../support/node.ts';

/** An organisation as if it had been checked, and the token that speaks for it. */
export async function verifiedOrganisation(
  node: TestNode,
  database: Queryable,
  name: string,
): Promise<{ id: string; token: string }> {
  const { json } = await node.call('POST', '/api/v1/organisations', { token: null, body: { name } });
  const { id } = json.organisation as { id: string };
  await database.query(`update organisations set state = 'verified', verified_at = now() where id = $1`, [id]);
  return { id, token: json.token as string };
}
