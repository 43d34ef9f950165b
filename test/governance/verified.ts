import type { Queryable } from '../../src/database/database.ts';

/** An organisation that was checked, without the way there; answers its id. */
export async function verifiedOrganisation(database: Queryable, name: string): Promise<string> {
  const text = `insert into organisations (state, name, data, sealed, verified_at)
    values ('verified', $1, '{}', decode('00', 'hex'), now()) returning id`;
  const [row] = await database.query<{ id: string }>(text, [name]);
  return row?.id ?? '';
}
