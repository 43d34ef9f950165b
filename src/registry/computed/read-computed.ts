import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { StoredRecord } from '../stored-record.ts';
import { COMPUTED_COLUMNS, type ComputedName, type ComputedRecord, recordOf } from './computed-record.ts';
import type { ComputedMatch } from './computed-table.ts';

type Row = ComputedRecord & Record<string, unknown>;

/** With its private values, as the database holds it now. */
export async function findComputed(database: Queryable, name: ComputedName): Promise<ComputedRecord | null> {
  const { prefix, pattern, from } = name;
  const text = `select ${COMPUTED_COLUMNS} from computed_records where prefix = $1 and pattern = $2 and range_from = $3`;
  const [row] = await database.query<Row>({ name: 'find_computed', text }, [prefix, pattern, from]);
  return row ?? null;
}

/** Those of a prefix, whole: at most MAX_COMPUTED. */
export function listComputed(database: Queryable, prefix: Prefix): Promise<ComputedRecord[]> {
  const text = `select ${COMPUTED_COLUMNS} from computed_records where prefix = $1 order by pattern, range_from`;
  return database.query<Row>({ name: 'list_computed', text }, [prefix]);
}

/** What a computed record says of one serial number, with its private values, and when it was published. */
export interface FullComputed {
  readonly record: StoredRecord;
  readonly pattern: string;
  readonly updatedAt: string;
}

/** For who may read private values, which are kept nowhere but in the database; null when it was withdrawn meanwhile. */
export async function findFullComputed(
  database: Queryable,
  { record: { prefix, pattern, from }, parts }: ComputedMatch,
): Promise<FullComputed | null> {
  const found = await findComputed(database, { prefix, pattern, from });
  if (found === null || parts.number > found.to) return null;
  return { record: recordOf(found, parts), pattern, updatedAt: found.updatedAt };
}
