import type { Actor, AuditEntry } from '../../../governance/audit/append-audit.ts';
import type { ImportJob } from './job.ts';

/** An act on a job by whoever started it. A job may reach over several prefixes, so it is the whole node's to see. */
export function auditOfJob({ id, actor, subject }: ImportJob, action: string): AuditEntry & { readonly actor: Actor } {
  return { action, actor: { id: actor, subject }, kind: 'import', id, prefix: null };
}
