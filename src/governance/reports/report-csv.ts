import { csvLine } from '../../registry/csv-line.ts';
import type { Cell, ReportRow, ReportTable } from './report-table.ts';

/** A table as CSV, page by page. It begins with a byte order mark: without one, spreadsheets take Chinese headings for Latin. */
export async function* reportCsv(
  table: ReportTable,
  pages: AsyncIterable<readonly ReportRow[]> | Iterable<readonly ReportRow[]>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(`\u{feff}${csvLine(Object.values(table.columns))}`);
  const names = Object.keys(table.columns);
  for await (const rows of pages) {
    yield Buffer.from(rows.map((row) => csvLine(names.map((name) => textOf(row[name] ?? null)))).join(''));
  }
}

function textOf(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'object') return String(cell);
  return cell.map(({ network, requests }) => `${network}:${requests}`).join(';');
}
