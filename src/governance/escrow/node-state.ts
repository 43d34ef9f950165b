import type { Queryable } from '../../database/database.ts';
import { readColumns, readTableState } from './deposit-rows.ts';
import { DEPOSITED, type DepositTable } from './deposit-tables.ts';
import type { TableState } from './manifest.ts';

/** Moments in UTC, whatever the settings of the server are, and no limit of time, for tables may be large. */
export async function setFormat(tx: Queryable): Promise<void> {
  await tx.query(`set local time zone 'UTC'`);
  await tx.query('set local statement_timeout = 0');
}

export interface TableColumns {
  readonly table: DepositTable;
  readonly columns: readonly string[];
}

/** All that a node holds, by table. */
export type NodeState = ReadonlyMap<string, TableState>;

/** Those of the tables that there are: the schema of an earlier deposit lacks what came later. */
export async function readTables(tx: Queryable): Promise<TableColumns[]> {
  const tables: TableColumns[] = [];
  for (const table of DEPOSITED) tables.push({ table, columns: await readColumns(tx, table) });
  return tables.filter(({ columns }) => columns.length > 0);
}

export async function readState(tx: Queryable, tables: readonly TableColumns[]): Promise<NodeState> {
  const state = new Map<string, TableState>();
  for (const { table, columns } of tables) state.set(table.table, await readTableState(tx, table, columns));
  return state;
}
