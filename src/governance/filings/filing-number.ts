import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { mod37 } from '../../registry/mint/check-character.ts';

/** 备案号: `88.102-2026-000017-K`: the authority, the year, a running number, a check character (ISO/IEC 7064 MOD 37,36). */
export function formatFilingNumber({ authority, year, running }: FilingNumber): string {
  const text = `${authority}-${year}-${String(running).padStart(6, '0')}`;
  return `${text}-${mod37(text)}`;
}

export interface FilingNumber {
  readonly authority: Prefix;
  readonly year: number;
  readonly running: number;
}

/** Whether a text has the form of a filing number, and no wrong or exchanged character. */
export function isFilingNumber(text: string): boolean {
  const [, body = '', check] = /^(.{1,64}-\d{4}-\d{6,12})-([0-9A-Z])$/.exec(text) ?? [];
  return check !== undefined && mod37(body) === check;
}

const NEXT = `insert into filing_numbers (authority, year, last) values ($1, $2, 1)
  on conflict (authority, year) do update set last = filing_numbers.last + 1 returning last`;

/** The next number of an authority in a year. It is taken for good when the transaction commits: none is given twice. */
export async function nextFilingNumber(tx: Queryable, authority: Prefix, year: number): Promise<string> {
  const [row] = await tx.query<{ last: number }>(NEXT, [authority, year]);
  if (row === undefined) throw new Error('No filing number was given');
  return formatFilingNumber({ authority, year, running: row.last });
}
