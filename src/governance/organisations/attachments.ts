import { randomUUID } from 'node:crypto';
import type { AttachmentInfo, AttachmentKind, AttachmentType } from '../../../proto/http/attachments.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Actor } from '../audit/append-audit.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { actOnOrganisationIn } from './act-on-organisation.ts';
import { deleteAttachment, findAttachment, placeOfAttachment, storeAttachment } from './attachment-table.ts';

export interface Attaching {
  readonly organisation: string;
  readonly kind: AttachmentKind;
  readonly type: AttachmentType;
  readonly bytes: Buffer;
  readonly actor: Actor;
  readonly box: SecretBox;
}

/** Attaches a file, sealed: to a draft at once, to a verified organisation as a part of a change. Its name is not kept. */
export function attach(database: Database, attaching: Attaching): Promise<AttachmentInfo> {
  const { organisation, kind, type, bytes, actor, box } = attaching;
  const id = randomUUID();
  // Sealing takes milliseconds: not while a row is locked.
  const sealed = box.seal(bytes, placeOfAttachment(id));
  const size = bytes.length;
  return database.transaction(async (tx) => {
    const detail = { attached: { kind, type, size } };
    const step = { id: organisation, action: 'edit', by: 'organisation', actor, box, versions: null, detail } as const;
    const { pending } = await actOnOrganisationIn(tx, step);
    return storeAttachment(tx, { organisation, id, kind, pending: pending !== null, type, size, sealed });
  });
}

/** Removes what is drafted; what is in force stays until another of its kind is verified. Throws ATTACHMENT_NOT_FOUND. */
export function detach(
  database: Database,
  { organisation, id, actor, box }: { organisation: string; id: string; actor: Actor; box: SecretBox },
): Promise<void> {
  return database.transaction(async (tx) => {
    const found = await findAttachment(tx, { organisation, id });
    if (found === null) throw new KapokError('ATTACHMENT_NOT_FOUND');
    const detail = { detached: { kind: found.kind } };
    const step = { id: organisation, action: 'edit', by: 'organisation', actor, box, versions: null, detail } as const;
    const { pending } = await actOnOrganisationIn(tx, step);
    if (found.pending !== (pending !== null)) {
      const message = 'This attachment was checked: it stays until another one of its kind takes its place';
      throw new KapokError('BAD_REQUEST', { message, at: 'attachment' });
    }
    await deleteAttachment(tx, { organisation, id });
  });
}

/** The bytes of an attachment. Throws ATTACHMENT_NOT_FOUND. */
export async function openAttachment(
  database: Database,
  { organisation, id, box }: { organisation: string; id: string; box: SecretBox },
): Promise<{ info: AttachmentInfo; bytes: Buffer }> {
  const found = await findAttachment(database, { organisation, id });
  if (found === null) throw new KapokError('ATTACHMENT_NOT_FOUND');
  const { sealed, ...info } = found;
  return { info, bytes: box.open(sealed, placeOfAttachment(id)) };
}
