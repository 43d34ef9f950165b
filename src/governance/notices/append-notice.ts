import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { storableJson } from '../audit/canonical-json.ts';

/** What an organisation is told of something that happened to what is its own. */
export interface NewNotice {
  /** The UUID of the organisation. */
  readonly organisation: string;
  /** `filing.returned`, `allotment.suspended`, … */
  readonly kind: string;
  readonly prefix: Prefix | null;
  readonly about: { readonly kind: string; readonly id: string };
  readonly body: Record<string, unknown>;
}

const APPEND = `insert into notices (organisation, kind, prefix, about_kind, about_id, body) values ($1, $2, $3, $4, $5, $6)`;

/** Tells an organisation, in the transaction of what it is told about. The commit gives the notice its number. */
export async function appendNotice(tx: Queryable, notice: NewNotice): Promise<void> {
  const { organisation, kind, prefix, about, body } = notice;
  await tx.query(APPEND, [organisation, kind, prefix, about.kind, about.id, JSON.stringify(storableJson(body))]);
}
