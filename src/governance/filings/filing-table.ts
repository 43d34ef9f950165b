import type { FilingData, FilingKind } from '../../../proto/http/filing-data.ts';
import type { FilingState } from '../../../proto/http/filings.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { IN_FORCE } from './filing-machine.ts';
import type { Day } from './working-days.ts';

/** A row of `filings`. */
export interface FilingRow extends FilingChange {
  readonly organisation: string;
  readonly id: string;
  readonly kind: FilingKind;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly submittedAt: string | null;
}

/** What a transition can change. */
export interface FilingChange {
  readonly state: FilingState;
  readonly number: string | null;
  /** In force; of one that was never accepted: applied for. */
  readonly data: FilingData;
  readonly pending: FilingData | null;
  readonly remarks: string | null;
  readonly due: Day | null;
  readonly confirmedUntil: Day | null;
}

const COLUMNS = `organisation, id, kind, state, number, data, pending, remarks, due::text, confirmed_until::text as "confirmedUntil",
  version, ${utc('created_at', 'createdAt')}, ${utc('updated_at', 'updatedAt')}, ${utc('submitted_at', 'submittedAt')}`;

type Row = FilingRow & Record<string, unknown>;

export async function insertFiling(
  tx: Queryable,
  { organisation, kind, data }: Pick<FilingRow, 'organisation' | 'kind' | 'data'>,
): Promise<FilingRow> {
  const text = `insert into filings (organisation, kind, data) values ($1, $2, $3) returning ${COLUMNS}`;
  const [row] = await tx.query<Row>(text, [organisation, kind, JSON.stringify(data)]);
  if (row === undefined) throw new Error('No filing was stored');
  return row;
}

export async function findFiling(database: Queryable, id: string): Promise<FilingRow | null> {
  const text = `select ${COLUMNS} from filings where id = $1`;
  const [row] = await database.query<Row>({ name: 'find_filing', text }, [id]);
  return row ?? null;
}

/** Holds the row until the transaction ends. Throws FILING_NOT_FOUND. */
export async function lockFiling(tx: Queryable, id: string): Promise<FilingRow> {
  const text = `select ${COLUMNS} from filings where id = $1 for update`;
  const [row] = await tx.query<Row>({ name: 'lock_filing', text }, [id]);
  if (row === undefined) throw new KapokError('FILING_NOT_FOUND');
  return row;
}

/** Whether another filing 主体备案 of the organisation is in force. */
export async function isFiledElse(
  tx: Queryable,
  { organisation, id }: Pick<FilingRow, 'organisation' | 'id'>,
): Promise<boolean> {
  const text = `select from filings where organisation = $1 and id <> $2 and kind = 'organisation' and state = any($3) limit 1`;
  return (await tx.query(text, [organisation, id, [...IN_FORCE]])).length > 0;
}

/** Stores what has become of a row that is locked. */
export async function updateFiling(
  tx: Queryable,
  { organisation, id }: FilingRow,
  change: FilingChange & { readonly submitted: boolean },
): Promise<FilingRow> {
  const { state, number, data, pending, remarks, due, confirmedUntil, submitted } = change;
  const text = `update filings set state = $3, number = $4, data = $5, pending = $6, remarks = $7, due = $8, confirmed_until = $9,
      submitted_at = case when $10 then now() else submitted_at end, version = version + 1, updated_at = now()
    where organisation = $1 and id = $2 returning ${COLUMNS}`;
  const json = [JSON.stringify(data), pending === null ? null : JSON.stringify(pending)];
  const values = [organisation, id, state, number, ...json, remarks, due, confirmedUntil, submitted];
  const [row] = await tx.query<Row>({ name: 'update_filing', text }, values);
  if (row === undefined) throw new Error('The filing is gone, though it was locked');
  return row;
}

export interface FilingFilter {
  /** Null: of all organisations. */
  readonly organisations: readonly string[] | null;
  readonly kind: FilingKind | null;
  readonly state: FilingState | null;
}

/** The end of a page. */
export interface FilingPlace {
  /** `infinity`: nothing is to be decided. */
  readonly due: string;
  readonly id: string;
}

/** A page of filings, those to be decided first. */
export function listFilings(
  database: Queryable,
  { organisations, kind, state }: FilingFilter,
  { after, limit }: { after: FilingPlace | null; limit: number },
): Promise<FilingRow[]> {
  const text = `select ${COLUMNS} from filings
    where ($1::uuid[] is null or organisation = any ($1)) and ($2::text is null or kind = $2) and ($3::text is null or state = $3)
      and ($4::date is null or (coalesce(due, 'infinity'::date), id) > ($4::date, $5::uuid))
    order by coalesce(due, 'infinity'::date), id limit $6`;
  return database.query<Row>(text, [organisations, kind, state, after?.due ?? null, after?.id ?? null, limit]);
}

/** What a page ends with. */
export function placeOf({ due, id }: FilingRow): FilingPlace {
  return { due: due ?? 'infinity', id };
}
