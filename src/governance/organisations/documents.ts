import type { OrganisationData } from '../../../proto/http/organisation-data.ts';
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { SecretBox } from '../secrets/secret-box.ts';

/**
 * One organisation a document: a document is held from the submission on, until the organisation is refused or withdrawn. A mere
 * draft holds none, for anybody can draft with a code that is printed on every invoice.
 * Throws DOCUMENT_TAKEN. Of two that submit at once the second waits for the first.
 */
export async function holdDocument(
  tx: Queryable,
  box: SecretBox,
  { organisation, data }: { organisation: string; data: OrganisationData },
): Promise<void> {
  const hash = hashOf(box, data);
  const insert = `insert into organisation_documents (hash, organisation) values ($1, $2) on conflict do nothing returning hash`;
  if ((await tx.query(insert, [hash, organisation])).length > 0) return;
  const own = 'select from organisation_documents where hash = $1 and organisation = $2';
  if ((await tx.query(own, [hash, organisation])).length > 0) return;
  throw new KapokError('DOCUMENT_TAKEN', { at: 'document.number' });
}

/** Lets go of the documents of an organisation, but for the one of what it says now; null: of all. */
export async function releaseDocuments(
  tx: Queryable,
  box: SecretBox,
  { organisation, but }: { organisation: string; but: OrganisationData | null },
): Promise<void> {
  const text = 'delete from organisation_documents where organisation = $1 and ($2::bytea is null or hash <> $2)';
  await tx.query(text, [organisation, but && hashOf(box, but)]);
}

function hashOf(box: SecretBox, { document }: OrganisationData): Buffer {
  if (document === undefined) throw new Error('What names no document is never submitted');
  return box.hash(['document', document.type, document.number.replace(/[\s./()-]/g, '').toUpperCase()]);
}
