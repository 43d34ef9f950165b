import type { Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { factsAsked, type RecordConditions, recordConditions } from './record-conditions.ts';
import type { RecordName } from './record-reader.ts';

/** Which identifiers are asked for; what is null does not narrow. */
export interface IdentifierQuery {
  readonly prefix: Prefix;
  /** The prefixes below, too. */
  readonly subtree: boolean;
  readonly status: 'active' | 'tombstone' | null;
  /** What the suffix begins with, as the prefix compares it. */
  readonly suffixStart: string | null;
  /** The whole suffix, as the prefix compares it. */
  readonly suffixKey: string | null;
  /** Written last at this moment or later: RFC 3339, to the microsecond. */
  readonly since: string | null;
  /** Written last before this moment. */
  readonly until: string | null;
  /** What the record says. */
  readonly said: RecordConditions;
  /** By somebody who is known by a key: of records that name administrators he is told what is public. */
  readonly askedByKey: boolean;
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

const COLUMNS = `i.prefix, i.suffix_key as "suffixKey", i.prefix || '/' || i.suffix as identifier, i.version,
  i.record::text as "values", i.successor, ${utc('i.created_at', 'createdAt')}, ${utc('i.updated_at', 'updatedAt')}`;

/**
 * A page in the order of prefix and suffix. It begins where the last one ended, by key: it costs the same at any depth, and
 * what is written meanwhile neither repeats nor hides a row.
 */
export function queryIdentifiers(database: Queryable, query: IdentifierQuery, page: Page): Promise<ListedRecord[]> {
  const { after, limit, offset = 0 } = page;
  const { from, where, values, add } = conditionsOf(query, after);
  const text = `select ${COLUMNS} from ${from} where ${where}
    order by i.prefix, i.suffix_key limit ${add(limit)} offset ${add(offset)}`;
  return database.query<ListedRecord & Record<string, unknown>>(text, values);
}

export async function countIdentifiers(database: Queryable, query: IdentifierQuery): Promise<number> {
  const { from, where, values } = conditionsOf(query, null);
  const [row] = await database.query<{ count: number }>(`select count(*) from ${from} where ${where}`, values);
  return row?.count ?? 0;
}

/**
 * Only conditions that narrow are named: each form of a query gets the plan that suits it. What records say is looked up in the
 * catalogue, where the planner knows the common facts: of a rare one it reads the index on facts, of a common one the keys
 * in their order. What limits the keys is said of both tables, so that it can begin with either.
 */
function conditionsOf(query: IdentifierQuery, after: RecordName | null) {
  const { prefix, subtree, status, suffixStart, suffixKey, since, until, said, askedByKey } = query;
  const values: unknown[] = [];
  const add = (value: unknown) => `$${values.push(value)}`;
  const facts = factsAsked(said);
  const tables = facts.length === 0 ? ['i'] : ['i', 'c'];
  const conditions: string[] = [];
  for (const table of tables) {
    conditions.push(subtree ? below(table, { prefix, after, add }) : inside(table, { prefix, after, add }));
    if (suffixKey !== null) conditions.push(`${table}.suffix_key = ${add(suffixKey)}`);
    if (suffixStart === null) continue;
    const end = add(`${suffixStart}\u{10ffff}`);
    conditions.push(`${table}.suffix_key >= ${add(suffixStart)} and ${table}.suffix_key < ${end}`);
  }
  for (const fact of facts) {
    const one = add([fact]);
    conditions.push(`(c.public_facts @> ${one}::text[] or c.private_facts @> ${one}::text[])`);
  }
  conditions.push(...recordConditions(said, { add, askedByKey }));
  if (status !== null) conditions.push(`i.record is ${status === 'active' ? 'not ' : ''}null`);
  if (since !== null) conditions.push(`i.updated_at >= ${add(since)}::timestamptz`);
  if (until !== null) conditions.push(`i.updated_at < ${add(until)}::timestamptz`);
  const joined = ' join catalogue c on c.prefix = i.prefix and c.suffix_key = i.suffix_key';
  const from = `identifiers i${facts.length === 0 ? '' : joined}`;
  return { from, where: conditions.join(' and '), values, add };
}

interface Range {
  readonly prefix: Prefix;
  readonly after: RecordName | null;
  readonly add: (value: unknown) => string;
}

/**
 * One lower bound, never two: beside `prefix = …`, a comparison of both columns would be checked from the first row of the
 * prefix on, and a page at nine tenths of 250,000 records took five times as long as the first.
 */
function inside(table: string, { prefix, after, add }: Range): string {
  const same = `${table}.prefix = ${add(prefix)}`;
  if (after === null || after.prefix < prefix) return same;
  return after.prefix === prefix ? `${same} and ${table}.suffix_key > ${add(after.suffixKey)}` : `${same} and false`;
}

/** The range is what the primary key can answer; a label that goes on, such as "88-x", sorts into it too. */
function below(table: string, { prefix, after, add }: Range): string {
  const from =
    after === null || after.prefix < prefix
      ? `${table}.prefix >= ${add(prefix)}`
      : `(${table}.prefix, ${table}.suffix_key) > (${add(after.prefix)}, ${add(after.suffixKey)})`;
  const under = `(${table}.prefix = ${add(prefix)} or starts_with(${table}.prefix, ${add(`${prefix}.`)}))`;
  return `${from} and ${table}.prefix < ${add(`${prefix}/`)} and ${under}`;
}
