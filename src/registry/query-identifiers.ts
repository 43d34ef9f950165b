import type { Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { RecordName } from './record-reader.ts';

/** Which identifiers are asked for; what is null does not narrow. */
export interface IdentifierQuery {
  readonly prefix: Prefix;
  /** The prefixes below, too. */
  readonly subtree: boolean;
  readonly status: 'active' | 'tombstone' | null;
  /** What the suffix begins with, as the prefix compares it. */
  readonly suffixStart: string | null;
  /** Written last at this moment or later: RFC 3339, to the microsecond. */
  readonly since: string | null;
  /** Written last before this moment. */
  readonly until: string | null;
}

export interface ListedRecord {
  readonly prefix: Prefix;
  readonly suffixKey: string;
  readonly identifier: string;
  readonly version: number;
  /** The values as a JSON array; null for a tombstone. */
  readonly values: string | null;
  readonly successor: string | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Page {
  /** The last one of the page before; null: from the first. */
  readonly after: RecordName | null;
  readonly limit: number;
  readonly offset?: number;
}

const COLUMNS = `prefix, suffix_key as "suffixKey", prefix || '/' || suffix as identifier, version, record::text as "values",
  successor, ${utc('created_at', 'createdAt')}, ${utc('updated_at', 'updatedAt')}`;

/**
 * A page in the order of prefix and suffix. It begins where the last one ended, by key: it costs the same at any depth, and
 * what is written meanwhile neither repeats nor hides a row.
 */
export function queryIdentifiers(database: Queryable, query: IdentifierQuery, page: Page): Promise<ListedRecord[]> {
  const { where, values, add } = conditionsOf(query);
  const { after, limit, offset = 0 } = page;
  const beyond = after === null ? '' : ` and (prefix, suffix_key) > (${add(after.prefix)}, ${add(after.suffixKey)})`;
  const text = `select ${COLUMNS} from identifiers where ${where}${beyond}
    order by prefix, suffix_key limit ${add(limit)} offset ${add(offset)}`;
  return database.query<ListedRecord & Record<string, unknown>>(text, values);
}

export async function countIdentifiers(database: Queryable, query: IdentifierQuery): Promise<number> {
  const { where, values } = conditionsOf(query);
  const [row] = await database.query<{ count: number }>(`select count(*) from identifiers where ${where}`, values);
  return row?.count ?? 0;
}

/** Only conditions that narrow are named: each form of a query gets the plan that suits it. */
function conditionsOf({ prefix, subtree, status, suffixStart, since, until }: IdentifierQuery) {
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const conditions = [subtree ? below(prefix, add) : `prefix = ${add(prefix)}`];
  if (status !== null) conditions.push(`record is ${status === 'active' ? 'not ' : ''}null`);
  if (suffixStart !== null) {
    conditions.push(`suffix_key >= ${add(suffixStart)} and suffix_key < ${add(`${suffixStart}\u{10ffff}`)}`);
  }
  if (since !== null) conditions.push(`updated_at >= ${add(since)}::timestamptz`);
  if (until !== null) conditions.push(`updated_at < ${add(until)}::timestamptz`);
  return { where: conditions.join(' and '), values, add };
}

/** The range is what the primary key can answer; a label that goes on, such as "88-x", sorts into it too. */
function below(prefix: Prefix, add: (value: unknown) => string): string {
  const range = `prefix >= ${add(prefix)} and prefix < ${add(`${prefix}/`)}`;
  return `${range} and (prefix = ${add(prefix)} or starts_with(prefix, ${add(`${prefix}.`)}))`;
}
