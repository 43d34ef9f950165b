import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** What the bytes of a file are found to be. */
export const FILE_TYPES = [
  'image/png',
  'image/jpeg',
  'application/pdf',
  'application/zip',
  'application/json',
  'text/csv',
  'text/plain',
  'application/octet-stream',
] as const;
export type FileType = (typeof FILE_TYPES)[number];

export const FileTypeSchema = Type.Unsafe<FileType>(Type.Union(FILE_TYPES.map((type) => Type.Literal(type))));

export const MAX_FILE_BYTES = 5 * 1024 * 1024;

export const UploadedFile = Type.Object({
  /** The text of a value of the kind `file`: `sha256:` and the 64 hexadecimal digits of the hash of its bytes. */
  file: Type.String(),
  prefix: Type.String(),
  name: Type.String(),
  /** Bytes. */
  size: Type.Integer(),
  type: FileTypeSchema,
  /** Readable without a credential. */
  public: Type.Boolean(),
});
export type UploadedFile = Static<typeof UploadedFile>;

const tag = 'Files';
const uploaded = { text: 'The file, as records name it', schema: UploadedFile };

export const uploadFile = operation({
  id: 'uploadFile',
  method: 'POST',
  path: '/api/v1/files',
  permission: 'records.register',
  tag,
  summary: 'Upload a file that values of records of the prefix may name',
  query: {
    prefix: { ...parameter.word('Below which prefix'), required: true },
    name: { ...parameter.word('Its name for people, up to 255 characters'), required: true },
    public: parameter.flag('Everybody may read it'),
  },
  upload: FILE_TYPES,
  answers: { 201: uploaded, 200: { ...uploaded, text: 'These bytes were there already' } },
});

export const getFile = operation({
  id: 'getFile',
  method: 'GET',
  path: '/api/v1/files/{prefix}/{sha256}',
  permission: 'public',
  tag,
  summary: 'The bytes of a file; one that is not public is for who may read records of the prefix',
  headers: { 'if-none-match': parameter.word('The ETag: its bytes never change') },
  answers: { 200: { text: 'Its bytes', type: 'application/octet-stream' }, 304: { text: 'They are known' } },
});
