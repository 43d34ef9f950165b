import type { Queryable, Row } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Site } from '../../record/site.ts';

/** Where a prefix is answered when its own site is not there. */
export interface Standby {
  readonly prefix: Prefix;
  readonly site: Site;
  /** It takes over without being told. */
  readonly auto: boolean;
  /** Where the prefix pointed before it was taken over; null: it is not. */
  readonly primarySite: Site | null;
  readonly takenAt: string | null;
  readonly updatedAt: string;
}

const COLUMNS = `prefix, site, auto, primary_site as "primarySite", ${utc('taken_at', 'takenAt')}, ${utc('updated_at', 'updatedAt')}`;

export async function listStandbys(database: Queryable): Promise<Standby[]> {
  return database.query<Standby & Row>(`select ${COLUMNS} from standbys order by prefix`);
}

/** Locked until the end of the transaction. Throws STANDBY_NOT_FOUND. */
export async function lockStandby(tx: Queryable, prefix: Prefix): Promise<Standby> {
  const [row] = await tx.query<Standby & Row>(`select ${COLUMNS} from standbys where prefix = $1 for update`, [prefix]);
  if (row !== undefined) return row;
  throw new KapokError('STANDBY_NOT_FOUND', { message: `Prefix ${prefix} has no standby site`, subject: prefix });
}

export async function storeStandby(
  tx: Queryable,
  { prefix, site, auto }: Pick<Standby, 'prefix' | 'site' | 'auto'>,
): Promise<Standby> {
  const text = `insert into standbys (prefix, site, auto) values ($1, $2, $3)
    on conflict (prefix) do update set site = excluded.site, auto = excluded.auto, updated_at = now()
    returning ${COLUMNS}`;
  const [row] = await tx.query<Standby & Row>(text, [prefix, JSON.stringify(site), auto]);
  if (row === undefined) throw new Error('No standby site was stored');
  return row;
}

export async function removeStandby(tx: Queryable, prefix: Prefix): Promise<void> {
  await tx.query('delete from standbys where prefix = $1', [prefix]);
}

/** `primary` is where the prefix pointed before; null: it points there again. */
export async function markTaken(tx: Queryable, prefix: Prefix, primary: Site | null): Promise<void> {
  const text = `update standbys set primary_site = $2, taken_at = case when $2::json is null then null else now() end,
    updated_at = now() where prefix = $1`;
  await tx.query(text, [prefix, primary === null ? null : JSON.stringify(primary)]);
}
