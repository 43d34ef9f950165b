import { type Static, Type } from 'typebox';
import { operation } from '../operation.ts';
import { parameter } from '../parameters.ts';
import { envelopeOf, SnmsDone, SNMS_TAG as tag } from './envelope.ts';

/** Items a call: what the deployed nodes take. */
export const MAX_SNMS_ITEMS = 2000;

const handle = Type.String({ minLength: 1, maxLength: 255 });

/** Clients send fields of other versions of the interface, which are passed over. */
export const SnmsItem = Type.Object({
  handle,
  templateVersion: Type.String({ minLength: 1, maxLength: 128 }),
  value: Type.Array(
    Type.Object({
      data: Type.Object({ format: Type.String({ maxLength: 16 }), value: Type.String() }),
      index: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
      type: Type.String({ minLength: 1, maxLength: 128 }),
      /** Reserved. */
      auth: Type.Optional(Type.Unknown()),
    }),
    { maxItems: 1000 },
  ),
});
export type SnmsItem = Static<typeof SnmsItem>;

export const SnmsName = Type.Object({ handle });

/** Each is checked by itself. */
export const SnmsBatch = Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_SNMS_ITEMS });

export const SnmsRecord = Type.Object({
  code: Type.Literal('200'),
  prefix: Type.String(),
  handle: Type.String(),
  templateVersion: Type.String(),
  value: Type.Array(
    Type.Object({
      data: Type.Object({ format: Type.String(), value: Type.String() }),
      auth: Type.Literal('1'),
      index: Type.Integer(),
      type: Type.String(),
    }),
  ),
});
export type SnmsRecord = Static<typeof SnmsRecord>;

/** What became of one item, in the order of the items. */
export const SnmsResult = Type.Object({
  handle: Type.String(),
  /** Of deletions: 1, or -2. */
  code: Type.Optional(Type.Integer()),
  msg: Type.String(),
});
export type SnmsResult = Static<typeof SnmsResult>;

const done = { 200: { text: 'Whether it was done', schema: SnmsDone } };
const results = { 200: { text: 'What became of each item', schema: envelopeOf(Type.Array(SnmsResult)) } };
const path = '/identityv2/data';

export const snmsGetData = operation({
  id: 'snmsGetData',
  method: 'GET',
  path: `${path}/detail`,
  permission: 'records.read',
  tag,
  summary: 'One record',
  query: { handle: { ...parameter.word('The identifier'), required: true } },
  answers: { 200: { text: 'The record', schema: envelopeOf(SnmsRecord) } },
});

export const snmsCreateData = operation({
  id: 'snmsCreateData',
  method: 'POST',
  path,
  permission: 'records.register',
  tag,
  summary: 'Register an identifier',
  body: SnmsItem,
  answers: done,
});

export const snmsUpdateData = operation({
  id: 'snmsUpdateData',
  method: 'PUT',
  path,
  permission: 'records.change',
  tag,
  summary: 'Replace the values of an identifier',
  body: SnmsItem,
  answers: done,
});

export const snmsDeleteData = operation({
  id: 'snmsDeleteData',
  method: 'DELETE',
  path,
  permission: 'records.withdraw',
  tag,
  summary: 'Withdraw an identifier',
  body: SnmsName,
  answers: done,
});

export const snmsCreateBatch = operation({
  id: 'snmsCreateBatch',
  method: 'POST',
  path: `${path}/batchCreate`,
  permission: 'records.register',
  tag,
  summary: 'Register up to 2,000 identifiers',
  body: SnmsBatch,
  answers: results,
});

export const snmsUpdateBatch = operation({
  id: 'snmsUpdateBatch',
  method: 'PUT',
  path: `${path}/batchUpdate`,
  permission: 'records.change',
  tag,
  summary: 'Replace the values of up to 2,000 identifiers',
  body: SnmsBatch,
  answers: results,
});

export const snmsDeleteBatch = operation({
  id: 'snmsDeleteBatch',
  method: 'DELETE',
  path: `${path}/batchDelete`,
  permission: 'records.withdraw',
  tag,
  summary: 'Withdraw up to 2,000 identifiers',
  body: SnmsBatch,
  answers: results,
});
