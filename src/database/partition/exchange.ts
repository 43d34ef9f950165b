import { KapokError } from '../../errors/kapok-error.ts';
import type { Database, Queryable } from '../database.ts';
import { endConversion, findConversion } from './conversion.ts';
import { removeMirror } from './mirror.ts';
import { type Partitionable, partitionedName } from './partitionable.ts';
import { copyRights, indexNameBefore } from './partitioned-table.ts';
import { withLocks } from './patient-lock.ts';
import { isSameShape, readShape } from './table-shape.ts';

export interface ExchangeOptions {
  readonly table: Partitionable;
  readonly attempts?: number;
  readonly onRefused?: (attempt: number) => void;
}

/**
 * Gives the partitioned table the name of the plain one, which goes: the one moment at which the node's statements wait. Answers
 * for how many milliseconds they did. A statement that was prepared, or waits for the lock, looks the name up again.
 */
export async function exchange(database: Database, { table, ...patience }: ExchangeOptions): Promise<number> {
  const views = await readViews(database, table);
  const relations = [...views.map(({ name }) => name), table];
  let begun = 0;
  await withLocks(database, { table, relations, mode: 'access exclusive', ...patience }, async (tx) => {
    begun = performance.now();
    if ((await findConversion(tx, table, { lock: true })) === null) throw changed(table);
    const shape = await readShape(tx, table);
    if (!isSameShape(shape, await readShape(tx, partitionedName(table)))) throw changed(table);
    await removeMirror(tx, table);
    await copyRights(tx, table);
    const plain = `${table}_plain`;
    await tx.query(`alter table ${table} rename to ${plain}`);
    await tx.query(`alter table ${partitionedName(table)} rename to ${table}`);
    for (const { name, definition } of views) await tx.query(`create or replace view ${name} as ${definition}`);
    await tx.query(`drop table ${plain}`);
    for (const { name } of shape.indexes) await tx.query(`alter index "${indexNameBefore(name)}" rename to "${name}"`);
    await endConversion(tx, table);
  });
  return performance.now() - begun;
}

/** Views that read the table, with their statements as texts, which name what they read. */
async function readViews(tx: Queryable, table: Partitionable): Promise<{ name: string; definition: string }[]> {
  const text = `select distinct v.oid::regclass::text as name, pg_get_viewdef(v.oid) as definition
    from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
    where d.classid = 'pg_rewrite'::regclass and d.refobjid = $1::regclass and v.relkind = 'v' order by 1`;
  return tx.query(text, [table]);
}

function changed(table: Partitionable): KapokError {
  const message = `The table ${table} was altered while it was copied, or somebody else has ended this; run the command again`;
  return new KapokError('INVALID_SETTING', { message, at: table });
}
