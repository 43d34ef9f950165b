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
  /** By an operator or an auditor: he is told all of a record that was transferred. */
  readonly oversees: boolean;
}

export interface ListedRecord {
  readonly prefix: Prefix;
  readonly suffixKey: string;
  readonly identifier: string;
  readonly version: number;
  /** The values as a JSON array; null for a tombstone. */
  readonly values: string | null;
  readonly successor: string | null;
  readonly transferred: boolean;
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
  i.record::text as "values", i.successor, i.transfer is not null as transferred, ${utc('i.created_at', 'createdAt')}, ${utc('i.updated_at', 'updatedAt')}`;

/** Keys that are walked through in the hope of one row of the page: of what fewer records say, the index on facts is asked. */
const WALKED = 20;

/**
 * A page in the order of prefix and suffix. It begins where the last one ended, by key: it costs the same at any depth, and
 * what is written meanwhile neither repeats nor hides a row.
 *
 * What records say is looked up in the catalogue. What many say is found by walking the keys in order until the page is
 * full, what few say by the index on facts. The planner, left to choose, walked for the first page and from then on read all
 * matches and sorted them, in eight times the time. So a bounded walk comes first, and where that does not fill the page the
 * index is asked. Pages of 100 of one prefix with 250,000 records, explain (analyze, buffers), PostgreSQL 15:
 *
 *   one in 8 say it:   walk, first page            index scan catalogue_pkey 734 rows, identifiers_pkey 101: 633 buffers
 *                      walk, at nine tenths        the same, 811 and 101 rows: 658 buffers
 *   one in 60 say it:  walk and index, first page  2,020 rows, then bitmap scan catalogue_public_facts 3,939 rows: 5,844 buffers
 *                      walk and index, nine tenths the same: 5,824 buffers
 */
export async function queryIdentifiers(
  database: Queryable,
  query: IdentifierQuery,
  { after, limit, offset = 0 }: Page,
): Promise<ListedRecord[]> {
  const read = (way: 'walk' | 'index' | 'plain') => {
    const { text, values } = pageOf(query, { after, limit, offset, way });
    return database.query<ListedRecord & Record<string, unknown>>(text, values);
  };
  if (factsAsked(query.said).length === 0) return read('plain');
  const walked = await read('walk');
  if (walked.length === limit || !(await goesOn(database, query, { after, walked: WALKED * (limit + offset) })))
    return walked;
  return read('index');
}

/** There are keys beyond those that were walked through. */
async function goesOn(
  database: Queryable,
  query: IdentifierQuery,
  { after, walked }: Pick<Page, 'after'> & { walked: number },
): Promise<boolean> {
  const { add, values } = parameters();
  const text = `select true as more from catalogue c where ${aboutKey('c', { query, after, add })}
    ${inOrder('c', query)} limit 1 offset ${add(walked)}`;
  return (await database.query(text, values)).length > 0;
}

function pageOf(query: IdentifierQuery, page: Required<Page> & { way: 'walk' | 'index' | 'plain' }) {
  const { after, limit, offset, way } = page;
  const { add, values } = parameters();
  const record = aboutRecord(query, add)
    .map((condition) => ` and ${condition}`)
    .join('');
  const bounds = `limit ${add(limit)} offset ${add(offset)}`;
  if (way === 'plain') {
    const text = `select ${COLUMNS} from identifiers i where ${aboutKey('i', { query, after, add })}${record} ${inOrder('i', query)} ${bounds}`;
    return { text, values };
  }
  const key = aboutKey('c', { query, after, add });
  const columns = 'c.prefix, c.suffix_key, c.source, c.public_facts, c.private_facts';
  const from = (condition: string) => `select ${columns} from catalogue c where ${condition}`;
  // Of the index all matches are asked, at any depth: with `after` in hand the planner would read the rest of the keys besides.
  const every = () => from(`${aboutKey('c', { query, after: null, add })} and ${aboutFacts(query, add)}`);
  const keys =
    way === 'walk'
      ? `${from(key)} ${inOrder('c', query)} limit ${add(WALKED * (limit + offset))}`
      : `select c.* from (${every()} offset 0) c where ${key} ${inOrder('c', query)} offset 0`;
  // "offset 0" keeps what is inside from being joined in another order.
  const text = `select ${COLUMNS} from (${keys}) c cross join lateral (
      select * from identifiers i where i.prefix = c.prefix and i.suffix_key = c.suffix_key${record} offset 0
    ) i ${way === 'walk' ? `where ${aboutFacts(query, add)}` : ''} ${inOrder('c', query)} ${bounds}`;
  return { text, values };
}

/** Where there is one prefix, the planner takes the order of the keys for that of the suffixes. */
function inOrder(table: string, { subtree }: IdentifierQuery): string {
  return `order by ${subtree ? `${table}.prefix, ` : ''}${table}.suffix_key`;
}

/** What limits the keys is said of both tables, so that the planner can begin with either. */
export async function countIdentifiers(database: Queryable, query: IdentifierQuery): Promise<number> {
  const { add, values } = parameters();
  const said = factsAsked(query.said).length > 0;
  const from = `identifiers i${said ? ' join catalogue c on c.prefix = i.prefix and c.suffix_key = i.suffix_key' : ''}`;
  const keys = (said ? ['i', 'c'] : ['i']).map((table) => aboutKey(table, { query, after: null, add }));
  const conditions = [...keys, ...(said ? [aboutFacts(query, add)] : []), ...aboutRecord(query, add)].join(' and ');
  const [row] = await database.query<{ count: number }>(`select count(*) from ${from} where ${conditions}`, values);
  return row?.count ?? 0;
}

type Add = (value: unknown) => string;

function parameters() {
  const values: unknown[] = [];
  return { values, add: (value: unknown) => `$${values.push(value)}` };
}

/** Of own records: what a node below says of the same key is about another one. */
function aboutFacts({ said }: IdentifierQuery, add: Add): string {
  const one = (fact: string) => {
    const facts = add([fact]);
    return `(c.public_facts @> ${facts}::text[] or c.private_facts @> ${facts}::text[])`;
  };
  return ["c.source = ''", ...factsAsked(said).map(one)].join(' and ');
}

/** Only conditions that narrow are named: each form of a query gets the plan that suits it. */
function aboutRecord({ said, askedByKey, oversees, status, since, until }: IdentifierQuery, add: Add): string[] {
  const conditions = recordConditions(said, { add, askedByKey, oversees });
  if (status !== null) conditions.push(`i.record is ${status === 'active' ? 'not ' : ''}null`);
  if (since !== null) conditions.push(`i.updated_at >= ${add(since)}::timestamptz`);
  if (until !== null) conditions.push(`i.updated_at < ${add(until)}::timestamptz`);
  return conditions;
}

function aboutKey(
  table: string,
  { query, after, add }: Pick<Range, 'after' | 'add'> & { query: IdentifierQuery },
): string {
  const { prefix, subtree, suffixKey, suffixStart } = query;
  const conditions = [subtree ? below(table, { prefix, after, add }) : inside(table, { prefix, after, add })];
  if (suffixKey !== null) conditions.push(`${table}.suffix_key = ${add(suffixKey)}`);
  if (suffixStart !== null) {
    const end = add(`${suffixStart}\u{10ffff}`);
    conditions.push(`${table}.suffix_key >= ${add(suffixStart)} and ${table}.suffix_key < ${end}`);
  }
  return conditions.join(' and ');
}

interface Range {
  readonly prefix: Prefix;
  readonly after: RecordName | null;
  readonly add: Add;
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

/**
 * The range is what the primary key can answer. A label that goes on, such as "88-x", sorts into it too, before what begins
 * with a dot. Said by comparison: of starts_with the planner knows no number, and would rather read and sort the table.
 */
function below(table: string, { prefix, after, add }: Range): string {
  const from =
    after === null || after.prefix < prefix
      ? `${table}.prefix >= ${add(prefix)}`
      : `(${table}.prefix, ${table}.suffix_key) > (${add(after.prefix)}, ${add(after.suffixKey)})`;
  const under = `(${table}.prefix = ${add(prefix)} or ${table}.prefix >= ${add(`${prefix}.`)})`;
  return `${from} and ${table}.prefix < ${add(`${prefix}/`)} and ${under}`;
}
