import type { OrganisationData } from '../../../proto/http/organisation-data.ts';
import type { SealedPlace, SecretBox } from '../secrets/secret-box.ts';

type Document = NonNullable<OrganisationData['document']>;

/** What may be known of an organisation: it stands in the database as it is. */
export type OpenPart = Omit<OrganisationData, 'name' | 'document' | 'legalPerson' | 'contact'> & {
  readonly documentType?: Document['type'];
};

/** What is about people, and the number of the document. */
type PrivatePart = Pick<OrganisationData, 'legalPerson' | 'contact'> & { readonly documentNumber?: string };

/** The three columns that hold what an organisation says about itself. */
export interface StoredData {
  readonly name: string;
  readonly data: OpenPart;
  readonly sealed: Buffer;
}

export type SealedField = 'sealed' | 'pending_sealed';

/** Parts the data of an organisation, and seals what is private for one column of its row. */
export function sealData(box: SecretBox, data: OrganisationData, at: { id: string; field: SealedField }): StoredData {
  const { name, document, legalPerson, contact, ...open } = data;
  const part: PrivatePart = {
    ...(document === undefined ? {} : { documentNumber: document.number }),
    ...(legalPerson === undefined ? {} : { legalPerson }),
    ...(contact === undefined ? {} : { contact }),
  };
  const known: OpenPart = { ...open, ...(document === undefined ? {} : { documentType: document.type }) };
  return { name, data: known, sealed: box.sealJson(part, placeOf(at)) };
}

export function openData(
  box: SecretBox,
  { name, data, sealed }: StoredData,
  at: { id: string; field: SealedField },
): OrganisationData {
  const { documentNumber, ...people } = box.openJson(sealed, placeOf(at)) as PrivatePart;
  const { documentType: type, ...open } = data;
  const document =
    type === undefined || documentNumber === undefined ? {} : { document: { type, number: documentNumber } };
  return { name, ...open, ...document, ...people };
}

function placeOf({ id, field }: { id: string; field: SealedField }): SealedPlace {
  return { table: 'organisations', row: id, field };
}
