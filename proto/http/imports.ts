import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

/** A file that lies on the node's machine, in the folder of KAPOK_IMPORT_DIR. */
export const ServerFile = Type.Object(
  {
    file: Type.String({ minLength: 1, maxLength: 1_024 }),
    /** Told by the name's ending when absent. */
    format: Type.Optional(Type.Union([Type.Literal('ndjson'), Type.Literal('csv')])),
  },
  { additionalProperties: false },
);
export type ServerFile = Static<typeof ServerFile>;

const moment = Type.Union([Type.String(), Type.Null()]);
const count = Type.Integer({ minimum: 0 });

/** An import and how far it is. */
export const ImportJob = Type.Object({
  id: Type.String(),
  state: Type.Union([
    Type.Literal('queued'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
  ]),
  format: Type.Union([Type.Literal('ndjson'), Type.Literal('csv')]),
  overwrite: Type.Boolean(),
  dryRun: Type.Boolean(),
  /** Who started it, as history names him. */
  actor: Type.String(),
  /** Bytes of the file, and of it those whose rows are committed. */
  size: count,
  readBytes: count,
  /** Rows that are committed, by what became of them. */
  rows: count,
  created: count,
  replaced: count,
  failed: count,
  /** It ends after the rows under way. */
  cancelling: Type.Boolean(),
  /** Why a job that failed could not go on. */
  error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  createdAt: Type.String(),
  startedAt: moment,
  endedAt: moment,
});
export type ImportJob = Static<typeof ImportJob>;

const permission = 'records.register';
const tag = 'Import';

export const importIdentifiers = operation({
  id: 'importIdentifiers',
  method: 'POST',
  path: '/api/v1/imports',
  permission,
  tag,
  summary: 'Import NDJSON or CSV of any length, as a job',
  query: {
    overwrite: parameter.flag('Replace records that exist; on when absent'),
    dryRun: parameter.flag('Change nothing: the results say what would become of the rows'),
  },
  body: ServerFile,
  upload: ['application/x-ndjson', 'text/csv'],
  answers: { 202: { text: 'The file is kept; Location is the job', schema: ImportJob } },
});

export const listImports = operation({
  id: 'listImports',
  method: 'GET',
  path: '/api/v1/imports',
  permission,
  tag,
  summary: 'The imports of the last seven days in the scopes of the caller',
  answers: { 200: { text: 'The newest first, at most 200', schema: Type.Object({ imports: Type.Array(ImportJob) }) } },
});

export const getImport = operation({
  id: 'getImport',
  method: 'GET',
  path: '/api/v1/imports/{id}',
  permission,
  tag,
  summary: 'An import and how far it is',
  answers: { 200: { text: 'The job', schema: ImportJob } },
});

export const followImport = operation({
  id: 'followImport',
  method: 'GET',
  path: '/api/v1/imports/{id}/events',
  permission,
  tag,
  summary: 'The progress of an import, as Server-Sent Events',
  answers: {
    200: {
      text: 'The job with each `progress`, and at the end with `done`, `failed` or `cancelled`',
      type: 'text/event-stream',
      schema: ImportJob,
    },
  },
});

export const getImportResults = operation({
  id: 'getImportResults',
  method: 'GET',
  path: '/api/v1/imports/{id}/results',
  permission,
  tag,
  summary: 'What became of the rows of an import',
  query: {
    follow: parameter.flag('Go on until the import has ended'),
    results: { text: 'all when absent', schema: Type.Union([Type.Literal('all'), Type.Literal('failed')]) },
  },
  answers: { 200: { text: 'A line a row that is committed, in their order', type: 'application/x-ndjson' } },
});

export const cancelImport = operation({
  id: 'cancelImport',
  method: 'DELETE',
  path: '/api/v1/imports/{id}',
  permission,
  tag,
  summary: 'Cancel an import; the rows that are in stay',
  answers: { 200: { text: 'The job', schema: ImportJob } },
});
