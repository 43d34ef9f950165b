import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { type AuditContent, aroundMoment } from './audit-entry.ts';
import { storableJson, storableText } from './canonical-json.ts';

/** Who does something: a caller, or a part of the node itself. */
export type Actor = Pick<Caller, 'id' | 'subject'>;

/** What is recorded of one act. It never holds personal data: document numbers, phones, photos. */
export interface AuditEntry {
  /** `KIND.verb`, as `token.revoke`. */
  readonly action: string;
  readonly actor: Actor;
  /** What it was done to: `token`, `prefix`, `filing`, … */
  readonly kind: string;
  readonly id: string;
  /** Where an auditor must have rights to see it; null: at the whole node. */
  readonly prefix: Prefix | null;
  readonly reason?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What the node does by itself. */
export const SYSTEM: Actor = { id: 'system', subject: null };

// The moment is the database's, which all processes of a node share.
const APPEND = `insert into audit_pending (entry, content)
  select entry || jsonb_build_object('at', at), convert_to(opening || at || closing, 'UTF8')
  from (select ${utc('clock_timestamp()', 'at')}) as now,
    unnest($1::jsonb[], $2::text[], $3::text[]) with ordinality as n(entry, opening, closing, n)
  order by n`;

/** Records an act in the transaction that does it. Its place in the chain is settled by the commit, so it locks nothing until then. */
export function appendAudit(tx: Queryable, entry: AuditEntry): Promise<void> {
  return appendAudits(tx, [entry]);
}

/** The same for several acts, in their order. */
export async function appendAudits(tx: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const contents = entries.map(contentOf);
  const around = contents.map(aroundMoment);
  const columns = [
    contents.map((content) => JSON.stringify(content)),
    around.map(([a]) => a),
    around.map(([, b]) => b),
  ];
  await tx.query(APPEND, columns);
}

function contentOf(entry: AuditEntry): Omit<AuditContent, 'at'> {
  const { action, actor, kind, prefix, reason, before, after } = entry;
  return {
    actor: storableText(actor.id),
    subject: actor.subject === null ? null : storableText(actor.subject),
    action,
    kind,
    id: storableText(entry.id),
    prefix,
    reason: reason === undefined || reason === null ? null : storableText(reason),
    before: storableJson(before),
    after: storableJson(after),
  };
}
