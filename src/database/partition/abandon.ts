import type { Database } from '../database.ts';
import { endConversion, findConversion } from './conversion.ts';
import { endMirror } from './mirror.ts';
import { type Partitionable, partitionedName } from './partitionable.ts';
import { withLocks } from './patient-lock.ts';

interface Patience {
  readonly attempts?: number;
  readonly onRefused?: (attempt: number) => void;
}

/** Takes back what an unended partitioning has left; the plain table stays as it is. False: there was none. */
export async function abandon(database: Database, table: Partitionable, patience: Patience = {}): Promise<boolean> {
  if ((await findConversion(database, table)) === null) return false;
  await withLocks(database, { table, relations: [table], mode: 'access exclusive', ...patience }, async (tx) => {
    if ((await findConversion(tx, table, { lock: true })) === null) return;
    const statements = [...endMirror(table), `drop table ${partitionedName(table)}`, ...endConversion(table)];
    await tx.query(statements.join(';'));
  });
  return true;
}
