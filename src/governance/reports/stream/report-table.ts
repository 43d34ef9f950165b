import type { StreamDigests, StreamEntry, StreamPage } from '../../../../proto/http/report-stream.ts';
import type { Queryable, Row } from '../../../database/database.ts';
import { KapokError } from '../../../errors/kapok-error.ts';
import type { Prefix } from '../../../identifier/prefix.ts';
import { byBucket, type DigestRow, SUM } from '../../../search/feed-digests.ts';
import { within } from '../../../search/feed-page.ts';
import type { DigestedReport } from './report-entry.ts';

const LOCK = { name: 'report_lock', text: 'select head from report_state for update' };
const MOVE = { name: 'report_move', text: 'update report_state set head = head + $1' };

// A report keeps its source: what this node tells of a prefix another one cannot overwrite, nor the other way.
const STORE = {
  name: 'report_store',
  text: `insert into reports as r (prefix, kind, key, source, version, data, seq, bucket, digest)
    select n.prefix, n.kind, n.key, $2, n.version, n.data, $3 + row_number() over (order by n.place), n.bucket, n.digest::bigint
    from json_to_recordset($1) as n(place int, prefix text, kind text, key text, version bigint, data jsonb, bucket int, digest text)
    on conflict (prefix, kind, key) do update
      set version = excluded.version, data = excluded.data, seq = excluded.seq, digest = excluded.digest
      where r.source = excluded.source and (excluded.version > r.version or $4 and excluded.digest <> r.digest)
    returning seq`,
};

/** Holds the numbers of the stream until the end of the transaction: who comes next waits. */
export async function lockReports(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ head: number }>(LOCK);
  if (row === undefined) throw new Error('The table "report_state" is empty');
  return row.head;
}

/** Stores reports of a source, the newer of each name; answers how many changed something. `anew`: whatever differs counts. */
export async function storeReports(
  tx: Queryable,
  source: Prefix | '',
  reports: readonly DigestedReport[],
  { anew = false } = {},
): Promise<number> {
  if (reports.length === 0) return 0;
  const head = await lockReports(tx);
  const newest = new Map<string, DigestedReport>();
  for (const report of reports) {
    const name = JSON.stringify([report.prefix, report.kind, report.key]);
    if ((newest.get(name)?.version ?? 0) < report.version) newest.set(name, report);
  }
  const rows = Array.from(newest.values(), (report, place) => ({ ...report, place }));
  const stored = await tx.query(STORE, [JSON.stringify(rows), source, head, anew]);
  await tx.query(MOVE, [rows.length]);
  return stored.length;
}

const STATE = { name: 'report_state', text: 'select id as stream, head from report_state' };

const PAGE = {
  name: 'report_page',
  text: `select c.seq, c.kind, c.prefix, c.key, c.version, c.data, ${within('$3')} as visible
    from reports c where c.seq > $1 and ($4::int is null or c.bucket = $4) order by c.seq limit $2`,
};

export interface StreamQuery {
  readonly after: number;
  readonly stream: string | null;
  readonly bucket: number | null;
  readonly limit: number;
  readonly scopes: readonly string[];
}

/** What comes after a number. Throws FEED_GONE for a number of another stream. */
export async function readReportPage(database: Queryable, query: StreamQuery): Promise<StreamPage> {
  const { after, stream: known, bucket, limit, scopes } = query;
  const { stream, head } = await readState(database);
  if ((known !== null && known !== stream) || after > head) throw new KapokError('FEED_GONE', { at: 'after' });
  type PageRow = StreamEntry & Row & { readonly visible: boolean };
  const rows = await database.query<PageRow>(PAGE, [after, limit, scopes, bucket]);
  const entries = rows.filter(({ visible }) => visible).map(({ visible: _, ...entry }) => entry as StreamEntry);
  return { stream, entries, head, next: rows.at(-1)?.seq ?? after };
}

const DIGESTS = {
  name: 'report_digests',
  text: `select ${SUM} from reports c where ${within('array[$1]')} group by bucket`,
};
const HELD = { name: 'report_held', text: `select ${SUM} from reports c where c.source = $1 group by bucket` };

/** What is served below a prefix, to be compared. */
export async function readReportDigests(database: Queryable, prefix: Prefix): Promise<StreamDigests> {
  const { stream } = await readState(database);
  return { stream, buckets: byBucket(await database.query<DigestRow>(DIGESTS, [prefix])) };
}

/** What is held of a source, to be compared. */
export async function readHeldReports(database: Queryable, source: Prefix): Promise<StreamDigests['buckets']> {
  return byBucket(await database.query<DigestRow>(HELD, [source]));
}

async function readState(database: Queryable): Promise<{ stream: string; head: number }> {
  const [state] = await database.query<{ stream: string; head: number }>(STATE);
  if (state === undefined) throw new Error('The table "report_state" is empty');
  return state;
}
