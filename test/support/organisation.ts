import type { TestNode } from './node.ts';

/** What the tests say about an organisation: published samples of the standards, a telephone number that is nobody's. */
export const ORGANISATION = {
  name: '示例制造单位',
  nature: 'private',
  document: { type: 'uscc', number: '91350100M000100Y43' },
  legalPerson: { name: '示例法人', document: { type: 'resident-card', number: '11010519491231002X' } },
  contact: { name: '示例联系人', phone: '13800138000', email: 'contact@example.invalid' },
  address: '示例路 1 号',
  region: '440106',
  industry: 'C/36/361/3610',
} as const;

/** A PNG of one pixel. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Codes with right check characters that no organisation has: they begin as none does. */
export function documentNumber(n: number): string {
  const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `A1440106${String(n).padStart(9, '0')}`;
  const sum = Array.from(body).reduce((total, one, i) => total + alphabet.indexOf(one) * (3 ** i % 31), 0);
  return body + alphabet[(31 - (sum % 31)) % 31];
}

export interface TestOrganisation {
  readonly id: string;
  /** Speaks for it. */
  readonly token: string;
}

/** An organisation with all that a submission needs; `number` tells its document from others'. */
export async function draftOrganisation(node: TestNode, number: number, data: object = {}): Promise<TestOrganisation> {
  const document = { type: 'uscc', number: documentNumber(number) };
  const body = { ...ORGANISATION, document, ...data };
  const { json } = await node.call('POST', '/api/v1/organisations', { body, token: null });
  const { token, organisation } = json;
  await node.call('POST', `/api/v1/organisations/${organisation.id}/attachments?kind=document`, {
    ...{ body: PICTURE, token },
    headers: { 'content-type': 'image/png' },
  });
  return { id: organisation.id, token };
}

/** An organisation that a reviewer has checked. */
export async function verifiedOrganisation(
  node: TestNode,
  number: number,
  data: object = {},
): Promise<TestOrganisation> {
  const made = await draftOrganisation(node, number, data);
  const path = `/api/v1/organisations/${made.id}`;
  await node.call('POST', `${path}/submit`, { body: {}, token: made.token });
  const { status, text } = await node.call('POST', `${path}/verify`, { body: {} });
  if (status !== 200) throw new Error(`The organisation was not verified: ${text}`);
  return made;
}
