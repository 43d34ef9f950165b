import type { Database } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Catalogue } from '../catalogue.ts';

/** Rows a transaction. */
const BATCH = 2_000;

const ENDED = {
  name: 'mirrors_ended',
  text: `select m.prefix from mirrors m left join prefixes p using (prefix)
    where p.site is null or p.status = 'revoked' order by m.prefix limit 1`,
};
// With the row of the mirror: whoever applies a page at this moment comes first, or finds no mirror any more.
const LOCK = {
  name: 'mirror_lock_ended',
  text: `select m.prefix from mirrors m left join prefixes p using (prefix)
    where m.prefix = $1 and (p.site is null or p.status = 'revoked') for update of m`,
};

/** Takes out what nodes told to which this one no longer delegates. A suspended prefix may come back, and keeps its rows. */
export async function dropEnded(database: Database, catalogue: Catalogue): Promise<void> {
  for (;;) {
    const [ended] = await database.query<{ prefix: Prefix }>(ENDED);
    if (ended === undefined) return;
    const { prefix } = ended;
    await database.transaction(async (tx) => {
      if ((await tx.query(LOCK, [prefix])).length === 0) return;
      if ((await catalogue.removeSome(tx, prefix, { limit: BATCH })) < BATCH)
        await tx.query('delete from mirrors where prefix = $1', [prefix]);
    });
  }
}
