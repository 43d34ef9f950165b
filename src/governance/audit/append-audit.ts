import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { type AuditContent, contentOf } from './audit-entry.ts';
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

const NOW = `select ${utc('clock_timestamp()', 'at')}`;

const APPEND = `insert into audit_pending (entry, content)
  select entry, content from unnest($1::jsonb[], $2::bytea[]) with ordinality as n(entry, content, n) order by n`;

/** Records an act in the transaction that does it. Its place in the chain is settled by the commit, so it locks nothing until then. */
export function appendAudit(tx: Queryable, entry: AuditEntry): Promise<void> {
  return appendAudits(tx, [entry]);
}

/** The same for several acts, in their order. */
export async function appendAudits(tx: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const [now] = await tx.query<{ at: string }>(NOW);
  const contents = entries.map((entry) => auditContent(entry, now?.at ?? ''));
  await tx.query(APPEND, [contents.map((content) => JSON.stringify(content)), contents.map(contentOf)]);
}

function auditContent(entry: AuditEntry, at: string): AuditContent {
  const { action, actor, kind, prefix, reason, before, after } = entry;
  return {
    at,
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
