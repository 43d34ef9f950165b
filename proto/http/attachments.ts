import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const oneOf = <const T extends string>(names: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name))));

/** 证件照片; of the legal person and the contact 证件正面, 反面; 授权书; anything else. */
export const ATTACHMENT_KINDS = [
  'document',
  'legal-person-front',
  'legal-person-back',
  'contact-front',
  'contact-back',
  'authorisation',
  'other',
] as const;
export const AttachmentKind = oneOf(ATTACHMENT_KINDS);
export type AttachmentKind = Static<typeof AttachmentKind>;

/** What the bytes of an attachment were found to be. */
export const ATTACHMENT_TYPES = ['image/jpeg', 'image/png', 'image/bmp', 'application/pdf'] as const;
export const AttachmentType = oneOf(ATTACHMENT_TYPES);
export type AttachmentType = Static<typeof AttachmentType>;

export const MAX_ATTACHMENT_BYTES = 5 * 1024 * 1024;

export const AttachmentInfo = Type.Object({
  id: Type.String(),
  kind: AttachmentKind,
  type: AttachmentType,
  /** Bytes. */
  size: Type.Integer(),
  /** Of a change that is not in force yet. */
  pending: Type.Boolean(),
  createdAt: Type.String(),
});
export type AttachmentInfo = Static<typeof AttachmentInfo>;

const tag = 'Organisations';
const path = '/api/v1/organisations/{id}/attachments';

export const uploadAttachment = operation({
  id: 'uploadAttachment',
  method: 'POST',
  path,
  permission: 'filings.apply',
  tag,
  summary: 'Attach a picture or a PDF, in the place of the one of its kind',
  query: {
    kind: { text: 'What it shows', schema: AttachmentKind, required: true },
    name: parameter.word('The name of the file; it is compared with the bytes, and not kept'),
  },
  upload: ATTACHMENT_TYPES,
  answers: { 201: { text: 'Attached', schema: AttachmentInfo } },
});

export const listAttachments = operation({
  id: 'listAttachments',
  method: 'GET',
  path,
  permission: 'filings.review',
  tag,
  summary: 'The attachments of an organisation',
  answers: { 200: { text: 'By kind', schema: Type.Object({ attachments: Type.Array(AttachmentInfo) }) } },
});

export const getAttachment = operation({
  id: 'getAttachment',
  method: 'GET',
  path: `${path}/{attachment}`,
  permission: 'filings.review',
  tag,
  summary: 'The bytes of an attachment',
  answers: { 200: { text: 'The picture or PDF', type: 'application/octet-stream' } },
});

export const removeAttachment = operation({
  id: 'removeAttachment',
  method: 'DELETE',
  path: `${path}/{attachment}`,
  permission: 'filings.apply',
  tag,
  summary: 'Remove an attachment of a draft or a change',
  answers: { 200: { text: 'Removed', schema: Type.Object({ id: Type.String(), removed: Type.Literal(true) }) } },
});
