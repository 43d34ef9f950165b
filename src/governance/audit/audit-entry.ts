import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What is hashed of an entry. A member that says nothing is null, never absent. */
export interface AuditContent {
  /** RFC 3339, UTC, to the microsecond. */
  readonly at: string;
  readonly actor: string;
  readonly subject: string | null;
  readonly action: string;
  readonly kind: string;
  readonly id: string;
  readonly prefix: string | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** An entry in its place: hashes are in lower-case hexadecimal digits. */
export interface ChainedEntry extends AuditContent {
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
}

/** The hash before the first entry. */
export const GENESIS = '0'.repeat(64);

/** The bytes that stand for an entry: its canonical JSON without its place in the chain. */
export function contentOf(entry: AuditContent): Buffer {
  const { at, actor, subject, action, kind, id, prefix, reason, before, after } = entry;
  const content: AuditContent = { at, actor, subject, action, kind, id, prefix, reason, before, after };
  return Buffer.from(canonicalJson(content));
}

/** The same in two parts, between which the moment stands. */
export function aroundMoment(content: Omit<AuditContent, 'at'>): [opening: string, closing: string] {
  const { action, actor, subject, kind, id, prefix, reason, before, after } = content;
  // "at" comes after "after" and before "before".
  const opening = canonicalJson({ action, actor, after }).slice(0, -1);
  const closing = canonicalJson({ before, id, kind, prefix, reason, subject }).slice(1);
  return [`${opening},"at":"`, `",${closing}`];
}

/** The hash of an entry that follows another: SHA-256 of that one's hash and of this one's content. */
export function hashAfter(previous: string, content: Buffer): string {
  return createHash('sha256').update(previous, 'hex').update(content).digest('hex');
}
