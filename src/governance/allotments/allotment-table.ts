import type { Scope } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Prefix, parentOf } from '../../identifier/prefix.ts';
import type { Allotment, AllotmentState } from './allotment.ts';

const COLUMNS = `prefix, parent, organisation, state, label, purpose, remarks, suspended_by as "suspendedBy", ${utc('applied_at', 'appliedAt')},
  ${utc('allotted_at', 'allottedAt')}, ${utc('quarantine_until', 'quarantineUntil')}, version, ${utc('updated_at', 'updatedAt')}`;

type AllotmentRow = Allotment & Record<string, unknown>;

/** Null when nobody ever applied for it. */
export async function findAllotment(database: Queryable, prefix: Prefix): Promise<Allotment | null> {
  const text = `select ${COLUMNS} from allotments where prefix = $1`;
  const [row] = await database.query<AllotmentRow>({ name: 'find_allotment', text }, [prefix]);
  return row ?? null;
}

// In the order of their names and before any allotment, as whoever writes prefixes does: nobody waits in a ring. The parent's
// row is what two who want the same new prefix wait at.
const LOCK_PLACE = {
  name: 'lock_allotment_place',
  text: 'select prefix from prefixes where prefix = any($1) order by prefix for no key update',
};
const LOCK = { name: 'lock_allotment', text: `select ${COLUMNS} from allotments where prefix = $1 for update` };

/** Null when nobody ever applied for it; to the end of the transaction nobody else applies, decides, or writes the prefix. */
export async function lockAllotment(tx: Queryable, prefix: Prefix): Promise<Allotment | null> {
  const parent = parentOf(prefix);
  await tx.query(LOCK_PLACE, [parent === null ? [prefix] : [parent, prefix]]);
  const [row] = await tx.query<AllotmentRow>(LOCK, [prefix]);
  return row ?? null;
}

/** The same for many; those that were applied for, by their prefixes. */
export async function lockAllotments(tx: Queryable, prefixes: readonly Prefix[]): Promise<Map<Prefix, Allotment>> {
  await tx.query(LOCK_PLACE, [[...new Set(prefixes.flatMap((prefix) => [parentOf(prefix) ?? prefix, prefix]))]]);
  const text = `select ${COLUMNS} from allotments where prefix = any($1) order by prefix for update`;
  const rows = await tx.query<AllotmentRow>({ name: 'lock_allotments', text }, [prefixes]);
  return new Map(rows.map((row) => [row.prefix, row]));
}

const STORE = {
  name: 'store_allotment',
  text: `insert into allotments as a (prefix, parent, organisation, state, label, purpose, remarks, applied_at, allotted_at, quarantine_until,
      suspended_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (prefix) do update set organisation = excluded.organisation, state = excluded.state, label = excluded.label,
      purpose = excluded.purpose, remarks = excluded.remarks, applied_at = excluded.applied_at, allotted_at = excluded.allotted_at,
      quarantine_until = excluded.quarantine_until, suspended_by = excluded.suspended_by, version = a.version + 1, updated_at = now()
    returning ${COLUMNS}`,
};

/** Under the lock of `lockAllotment`. */
export async function storeAllotment(
  tx: Queryable,
  allotment: Omit<Allotment, 'version' | 'updatedAt'>,
): Promise<Allotment> {
  const { prefix, parent, organisation, state, label, purpose, remarks, suspendedBy } = allotment;
  const moments = [allotment.appliedAt, allotment.allottedAt, allotment.quarantineUntil];
  const values = [prefix, parent, organisation, state, label, purpose, remarks, ...moments, suspendedBy];
  const [row] = await tx.query<AllotmentRow>(STORE, values);
  if (row === undefined) throw new Error('The allotment was not stored');
  return row;
}

export interface AllotmentFilter {
  /** The subtrees in which the reader governs; null: all. */
  readonly scopes: readonly Scope[] | null;
  readonly organisation: string | null;
  readonly state: AllotmentState | null;
  readonly after: Prefix | null;
  readonly limit: number;
}

const LIST = {
  name: 'list_allotments',
  text: `select ${COLUMNS} from allotments
    where prefix > $1 and ($2::uuid is null or organisation = $2) and ($3::text is null or state = $3)
      and ($4::text[] is null or exists (select from unnest($4::text[]) as s where s = '' or parent = s or starts_with(parent, s || '.')))
    order by prefix limit $5`,
};

/** A page in the order of the prefixes; `next`: where the next one begins, null after the last. */
export async function listAllotments(
  database: Queryable,
  { scopes, organisation, state, after, limit }: AllotmentFilter,
): Promise<{ allotments: Allotment[]; next: Prefix | null }> {
  const values = [after ?? '', organisation, state, scopes, limit + 1];
  const rows = await database.query<AllotmentRow>(LIST, values);
  const page = rows.slice(0, limit);
  return { allotments: page, next: rows.length > limit ? (page.at(-1)?.prefix ?? null) : null };
}

export function allotmentNotFound(prefix: Prefix): KapokError {
  return new KapokError('ALLOTMENT_NOT_FOUND', { message: `Nobody has applied for prefix ${prefix}`, subject: prefix });
}
