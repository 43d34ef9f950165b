import type { AttachmentInfo } from '../../../proto/http/attachments.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { SealedPlace } from '../secrets/secret-box.ts';

const COLUMNS = `id, kind, pending, type, size, ${utc('created_at', 'createdAt')}`;

type Row = AttachmentInfo & Record<string, unknown>;

export interface NewAttachment extends Pick<AttachmentInfo, 'id' | 'kind' | 'pending' | 'type' | 'size'> {
  readonly organisation: string;
  readonly sealed: Buffer;
}

/** Keeps an attachment in the place of the one of its kind. */
export async function storeAttachment(tx: Queryable, attachment: NewAttachment): Promise<AttachmentInfo> {
  const { organisation, id, kind, pending, type, size, sealed } = attachment;
  const text = `insert into organisation_attachments (organisation, kind, pending, id, type, size, sealed)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (organisation, kind, pending) do update
      set id = excluded.id, type = excluded.type, size = excluded.size, sealed = excluded.sealed, created_at = now()
    returning ${COLUMNS}`;
  const [row] = await tx.query<Row>(text, [organisation, kind, pending, id, type, size, sealed]);
  if (row === undefined) throw new Error('No attachment was stored');
  return row;
}

/** Those in force first. */
export function listAttachments(database: Queryable, organisation: string): Promise<AttachmentInfo[]> {
  const text = `select ${COLUMNS} from organisation_attachments where organisation = $1 order by pending, kind`;
  return database.query<Row>({ name: 'list_attachments', text }, [organisation]);
}

export async function findAttachment(
  database: Queryable,
  { organisation, id }: { organisation: string; id: string },
): Promise<(AttachmentInfo & { sealed: Buffer }) | null> {
  const text = `select ${COLUMNS}, sealed from organisation_attachments where organisation = $1 and id = $2`;
  const [row] = await database.query<Row & { sealed: Buffer }>(text, [organisation, id]);
  return row ?? null;
}

export async function deleteAttachment(
  tx: Queryable,
  { organisation, id }: { organisation: string; id: string },
): Promise<void> {
  await tx.query('delete from organisation_attachments where organisation = $1 and id = $2', [organisation, id]);
}

/** What waited takes the place of what was in force. */
export async function confirmAttachments(tx: Queryable, organisation: string): Promise<void> {
  const clear = `delete from organisation_attachments a where organisation = $1 and not pending
    and exists (select from organisation_attachments b where b.organisation = $1 and b.kind = a.kind and b.pending)`;
  await tx.query(clear, [organisation]);
  await tx.query('update organisation_attachments set pending = false where organisation = $1 and pending', [
    organisation,
  ]);
}

export async function dropPendingAttachments(tx: Queryable, organisation: string): Promise<void> {
  await tx.query('delete from organisation_attachments where organisation = $1 and pending', [organisation]);
}

export async function eraseAttachments(tx: Queryable, organisation: string): Promise<void> {
  await tx.query('delete from organisation_attachments where organisation = $1', [organisation]);
}

export function placeOfAttachment(id: string): SealedPlace {
  return { table: 'organisation_attachments', row: id, field: 'sealed' };
}
