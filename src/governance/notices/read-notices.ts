import { setTimeout as pause } from 'node:timers/promises';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';

/** What an organisation was told. */
export interface Notice {
  /** Grows with the commits; the notices of all organisations share the numbers. */
  readonly seq: number;
  readonly id: string;
  readonly organisation: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly prefix: string | null;
  readonly about: { readonly kind: string; readonly id: string };
  readonly body: Record<string, unknown>;
}

export interface NoticeQuery {
  /** Null: of all organisations. */
  readonly organisations: readonly string[] | null;
  readonly after: number;
  readonly limit: number;
}

/** How often is looked while somebody waits, in milliseconds: whoever told may be another process. */
const LOOK_EVERY = 500;

export const NOTICE_COLUMNS = `notices.seq, notices.id, notices.organisation, ${utc('notices.at', 'at')}, kind, prefix,
  json_build_object('kind', about_kind, 'id', about_id) as about, body`;

const READ = {
  name: 'read_notices',
  text: `select ${NOTICE_COLUMNS} from notices where seq > $2 and ($1::uuid[] is null or organisation = any($1)) order by seq limit $3`,
};

/** The notices after a number, in their order. */
export function readNotices(database: Queryable, { organisations, after, limit }: NoticeQuery): Promise<Notice[]> {
  return database.query<Notice & Record<string, unknown>>(READ, [organisations, after, limit]);
}

/** The same; where there is none it waits for one, as long as that takes up to `milliseconds`, or until the signal. */
export async function awaitNotices(
  database: Queryable,
  query: NoticeQuery,
  { milliseconds, signal }: { milliseconds: number; signal: AbortSignal },
): Promise<Notice[]> {
  for (let left = milliseconds; ; left -= LOOK_EVERY) {
    const notices = await readNotices(database, query);
    if (notices.length > 0 || left <= 0 || signal.aborted) return notices;
    await pause(Math.min(left, LOOK_EVERY), undefined, { signal }).catch(() => {
      // The signal ends the wait; what is there is answered.
    });
  }
}
