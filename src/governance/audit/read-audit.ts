import type { Scope } from '../../access/caller.ts';
import type { NodeKey } from '../../access/node-key.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { findCheckpoint } from './audit-checkpoint.ts';
import type { ChainedEntry } from './audit-entry.ts';
import { signHead } from './audit-head.ts';

/** Which entries are asked for; what is null does not narrow. */
export interface AuditQuery {
  /** Where the caller may read. */
  readonly scopes: readonly Scope[];
  readonly actor: string | null;
  readonly action: string | null;
  readonly kind: string | null;
  readonly id: string | null;
  /** It, and what lies below. */
  readonly prefix: Prefix | null;
  /** RFC 3339: at this moment or later, and before that one. */
  readonly from: string | null;
  readonly to: string | null;
}

type EntryRow = ChainedEntry & Record<string, unknown>;

const PAGE = 1_000;

const COLUMNS = `seq, ${utc('at', 'at')}, actor, subject, action, kind, id, prefix, reason, before, after,
  encode(previous, 'hex') as previous, encode(hash, 'hex') as hash`;

// The audit log of a node grows by what people decide: the primary key read backwards is short for common filters, and
// indexes on actor, prefix and (kind, id) serve the rare ones.
const LIST = `select ${COLUMNS} from audit_entries
  where ($2::bigint is null or seq < $2)
    and exists (select from unnest($1::text[]) as s where s = '' or prefix = s or starts_with(prefix, s || '.'))
    and ($3::text is null or actor = $3 or subject = $3) and ($4::text is null or action = $4)
    and ($5::text is null or kind = $5) and ($6::text is null or id = $6)
    and ($7::text is null or prefix = $7 or starts_with(prefix, $7 || '.'))
    and ($8::timestamptz is null or at >= $8) and ($9::timestamptz is null or at < $9)
  order by seq desc limit $10`;

/** A page, the newest first; it begins after `before`. */
export function listAudit(
  database: Queryable,
  query: AuditQuery,
  { before, limit }: { before: number | null; limit: number },
): Promise<ChainedEntry[]> {
  const { scopes, actor, action, kind, id, prefix, from, to } = query;
  return database.query<EntryRow>(LIST, [scopes, before, actor, action, kind, id, prefix, from, to, limit]);
}

/**
 * The chain from the entry after `after` to its end of now, a JSON object a line: the checkpoint before its first entry, if it was
 * ever cut, the entries, and its signed head. The head is what the node knows, not what the rows say, so rows that are missing are
 * missed. Nothing is held but a page.
 */
export async function* exportAudit(
  database: Queryable,
  { after, node, key, now }: { after: number; node: string; key: NodeKey; now: () => number },
): AsyncGenerator<Buffer> {
  const head = `select audit_seq as seq, encode(audit_hash, 'hex') as hash from governance_head`;
  const [{ seq, hash } = { seq: 0, hash: '' }] = await database.query<{ seq: number; hash: string }>(head);
  const text = `select ${COLUMNS} from audit_entries where seq > $1 and seq <= $2 order by seq limit ${PAGE}`;
  const cut = await findCheckpoint(database);
  const begin = Math.max(after, cut?.checkpoint.seq ?? 0);
  if (cut !== null && begin === cut.checkpoint.seq) yield Buffer.from(`${JSON.stringify(cut)}\n`);
  let last = begin;
  for (;;) {
    const page = await database.query<EntryRow>({ name: 'export_audit', text }, [last, seq]);
    if (page.length > 0) yield Buffer.from(page.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    last = page.at(-1)?.seq ?? last;
    if (page.length < PAGE) break;
  }
  const at = new Date(now()).toISOString();
  const signed = signHead({ node, at, after: begin, seq, count: seq - begin, hash }, key);
  yield Buffer.from(`${JSON.stringify(signed)}\n`);
}
