import type { Queryable } from '../database.ts';
import { PARTITION_KEY, type Partitionable, partitionedName } from './partitionable.ts';
import type { TableShape } from './table-shape.ts';

/** How an index of the partitioned table is called until the plain one has gone, with its indexes. */
export function indexNameBefore(name: string): string {
  return `${name}_partitioned`;
}

/** Makes the empty partitioned table beside the plain one: what the one has of columns, checks, indexes, rights and owner the other has, too. */
export async function createPartitioned(
  tx: Queryable,
  table: Partitionable,
  { shape, parts }: { shape: TableShape; parts: number },
): Promise<void> {
  const name = partitionedName(table);
  await tx.query(
    `create table ${name} (like ${table} including all excluding indexes) partition by hash (${PARTITION_KEY})`,
  );
  // Before the parts, which get each of them: made later, an index would keep the mirrored writes waiting.
  for (const index of shape.indexes) {
    const called = quote(indexNameBefore(index.name));
    if (index.isPrimary)
      await tx.query(`alter table ${name} add constraint ${called} primary key (${shape.key.join(', ')})`);
    else await tx.query(`create ${index.isUnique ? 'unique ' : ''}index ${called} on ${name} ${index.definition}`);
  }
  const options = await readOptions(tx, table);
  for (let part = 0; part < parts; part++)
    await tx.query(
      `create table ${table}_p${part} partition of ${name} for values with (modulus ${parts}, remainder ${part})${options}`,
    );
  for (const statement of await readRights(tx, table)) await tx.query(statement);
}

/** Settings of storage belong to the parts, for the whole has none. */
async function readOptions(tx: Queryable, table: Partitionable): Promise<string> {
  const [row] = await tx.query<{ options: string | null }>(
    `select array_to_string(reloptions, ', ') as options from pg_class where oid = $1::regclass`,
    [table],
  );
  return row?.options ? ` with (${row.options})` : '';
}

/** The statements that give the partitioned table the owner of the plain one, and those rights to it that others have. */
export async function readRights(tx: Queryable, table: Partitionable): Promise<string[]> {
  const name = partitionedName(table);
  const text = `select format('grant %s on ${name} to %s%s', a.privilege_type,
      case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
      case when a.is_grantable then ' with grant option' else '' end) as statement
    from pg_class c cross join aclexplode(c.relacl) a where c.oid = $1::regclass and a.grantee <> c.relowner
    union all
    select format('alter table %s owner to %I', t.oid::regclass, pg_get_userbyid(c.relowner))
    from pg_class c join pg_class t on t.relowner <> c.relowner
    where c.oid = $1::regclass and (t.oid = $2::regclass or t.oid in (select inhrelid from pg_inherits where inhparent = $2::regclass))`;
  const rows = await tx.query<{ statement: string }>(text, [table, name]);
  return rows.map(({ statement }) => statement);
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
