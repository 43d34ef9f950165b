import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';

const NEXT = {
  name: 'next_number',
  text: `insert into counters as c (prefix, pattern, next) values ($1, $2, 2)
    on conflict (prefix, pattern) do update set next = c.next + 1 returning next - 1 as number`,
};

/** The next number of a pattern; whoever else mints with it waits for the end of this transaction, so none is lost. */
export async function nextNumber(tx: Queryable, prefix: Prefix, pattern: string): Promise<number> {
  const [row] = await tx.query<{ number: number }>(NEXT, [prefix, pattern]);
  if (row === undefined) throw new Error('The counter gave no number');
  return row.number;
}
