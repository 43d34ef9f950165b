import type { Queryable } from '../database/database.ts';
import type { Value } from '../record/value.ts';
import { csvLine } from './csv-line.ts';
import { listedValues } from './listed-values.ts';
import { type IdentifierQuery, type ListedRecord, queryIdentifiers } from './query-identifiers.ts';

const PAGE = 1000;

/** A column of CSV: the values with this index, this type, or both. */
export interface Column {
  readonly name: string;
  readonly index: number | null;
  readonly type: string | null;
}

/** Records as an import reads them, page by page: nothing is held but a page, and no transaction stays open. */
export async function* exportNdjson(database: Queryable, query: IdentifierQuery): AsyncGenerator<Buffer> {
  for await (const page of pagesOf(database, query)) {
    const lines = page.map(
      (record) => `${JSON.stringify({ identifier: record.identifier, values: listedValues(record, query) })}\n`,
    );
    yield Buffer.from(lines.join(''));
  }
}

/** The same as CSV (RFC 4180), a row an identifier; a column holds the first value that suits it, as text. */
export async function* exportCsv(
  database: Queryable,
  query: IdentifierQuery,
  columns: readonly Column[],
): AsyncGenerator<Buffer> {
  yield Buffer.from(csvLine(['identifier', ...columns.map(({ name }) => name)]));
  for await (const page of pagesOf(database, query)) {
    const lines = page.map((record) => {
      const values = listedValues(record, query);
      return csvLine([
        record.identifier,
        ...columns.map((column) => textOf(values.find((value) => suits(value, column)))),
      ]);
    });
    yield Buffer.from(lines.join(''));
  }
}

async function* pagesOf(database: Queryable, query: IdentifierQuery): AsyncGenerator<ListedRecord[]> {
  let after: ListedRecord | null = null;
  do {
    const page: ListedRecord[] = await queryIdentifiers(database, query, { after, limit: PAGE });
    after = page.length === PAGE ? (page.at(-1) ?? null) : null;
    if (page.length > 0) yield page;
  } while (after !== null);
}

function suits(value: Value, { index, type }: Column): boolean {
  return (index === null || value.index === index) && (type === null || value.type === type);
}

function textOf(value: Value | undefined): string {
  if (value === undefined) return '';
  return typeof value.data.value === 'string' ? value.data.value : JSON.stringify(value.data.value);
}
