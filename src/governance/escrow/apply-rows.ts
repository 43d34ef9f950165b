import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { DepositLines, RowsHead } from './deposit-lines.ts';
import { DEPOSITED, type DepositTable } from './deposit-tables.ts';

/** Applies one deposit to what the deposits before it have made, in the order in which its parts come. */
export async function applyRows(
  tx: Queryable,
  batches: AsyncIterable<DepositLines>,
  { isFull }: { isFull: boolean },
): Promise<void> {
  let begun: DepositTable | null = null;
  for await (const batch of batches) {
    if (batch.kind === 'changed') {
      await removeChanged(tx, batch.lines);
      continue;
    }
    const table = tableOf(batch.table);
    if (begun !== table) {
      if (begun !== null && !isFull) await finish(tx, begun);
      await begin(tx, table, { isFull, least: batch.least });
      begun = table;
    }
    await insert(tx, { ...batch, into: !isFull && table.how === 'bytes' ? INCOMING : table.table });
  }
  if (begun !== null && !isFull) await finish(tx, begun);
}

/** Rows without their bytes wait here for the bytes that are there already. */
const INCOMING = 'deposit_incoming';

function tableOf(name: string): DepositTable {
  const table = DEPOSITED.find(({ table }) => table === name);
  if (table !== undefined) return table;
  throw new KapokError('DEPOSIT_ALTERED', {
    message: `It holds the table "${name}", which this version does not know`,
  });
}

async function removeChanged(tx: Queryable, lines: readonly string[]): Promise<void> {
  for (const { table, how, prefix = 'prefix', suffixKey = 'suffix_key' } of DEPOSITED) {
    if (how !== 'records') continue;
    const text = `delete from ${table} t using json_to_recordset($1::json) as c(prefix text, suffix_key text)
      where t.${prefix} = c.prefix and t.${suffixKey} = c.suffix_key`;
    await tx.query(text, [`[${lines.join(',')}]`]);
  }
}

interface Beginning {
  readonly isFull: boolean;
  readonly least: number | null;
}

/** A migration may have put rows into a table that is empty otherwise. */
async function begin(tx: Queryable, { table, how, number }: DepositTable, { isFull, least }: Beginning): Promise<void> {
  if (how === 'whole') await tx.query(`delete from ${table}`);
  if (how === 'appended') await tx.query(`delete from ${table} where $1::int8 is null or ${number} < $1`, [least]);
  if (how === 'bytes' && !isFull)
    await tx.query(`create temp table ${INCOMING} as select * from ${table} with no data`);
}

async function finish(tx: Queryable, { table, how, bytes, named = [] }: DepositTable): Promise<void> {
  if (how !== 'bytes') return;
  const same = named.map((name) => `t.${name} = n.${name}`).join(' and ');
  await tx.query(`update ${INCOMING} n set ${bytes} = t.${bytes} from ${table} t where n.${bytes} is null and ${same}`);
  await tx.query(`delete from ${table}`);
  await tx.query(`insert into ${table} select * from ${INCOMING}`);
  await tx.query(`drop table ${INCOMING}`);
}

interface Rows extends Pick<RowsHead, 'columns'> {
  readonly lines: readonly string[];
  readonly into: string;
}

async function insert(tx: Queryable, { columns, lines, into }: Rows): Promise<void> {
  if (lines.length === 0) return;
  const known = columns.filter((column) => /^[a-z_][a-z0-9_]*$/.test(column));
  if (known.length < columns.length)
    throw new KapokError('DEPOSIT_ALTERED', { message: `It names columns of "${into}" that cannot be` });
  const list = known.join(', ');
  const text = `insert into ${into} (${list}) overriding system value
    select ${list} from json_populate_recordset(null::${into}, $1::json)`;
  await tx.query(text, [`[${lines.join(',')}]`]);
}
