import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const MAX_NUMBER = 999_999_999_999_999;
const number = Type.Integer({ minimum: 0, maximum: MAX_NUMBER });

/** `POST /api/v1/computed`: one record for all suffixes that a pattern makes. */
export const NewComputed = Type.Object(
  {
    prefix: Type.String({ maxLength: 255 }),
    /** As for minting, and `{name:2}`: so many letters or digits. */
    pattern: Type.String({ maxLength: 128 }),
    /** The first and the last number of the counter; absent: all that it holds. */
    from: Type.Optional(number),
    to: Type.Optional(number),
    /** Handle values; the texts of the format "string" may hold placeholders such as `{counter}`. */
    values: Type.Array(Type.Unknown(), { maxItems: 2048 }),
  },
  { additionalProperties: false },
);
export type NewComputed = Static<typeof NewComputed>;

export const ComputedRecord = Type.Object({
  prefix: Type.String(),
  pattern: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
  values: Type.Array(Type.Unknown()),
  actor: Type.String(),
  /** RFC 3339, UTC. */
  updatedAt: Type.String(),
});
export type ComputedRecord = Static<typeof ComputedRecord>;

const tag = 'Computed records';
const prefix = { ...parameter.word('Whose computed records'), required: true } as const;
const published = { text: 'The computed record', schema: ComputedRecord };

export const publishComputed = operation({
  id: 'publishComputed',
  method: 'POST',
  path: '/api/v1/computed',
  permission: 'records.register',
  tag,
  summary: 'Let one record answer for all serial numbers of a pattern',
  body: NewComputed,
  answers: {
    201: published,
    200: { ...published, text: 'It took the place of the one of this pattern and first number' },
  },
});

export const listComputed = operation({
  id: 'listComputed',
  method: 'GET',
  path: '/api/v1/computed',
  permission: 'records.read',
  tag,
  summary: 'The computed records of a prefix',
  query: { prefix },
  answers: {
    200: { text: 'By pattern and first number', schema: Type.Object({ computed: Type.Array(ComputedRecord) }) },
  },
});

export const withdrawComputed = operation({
  id: 'withdrawComputed',
  method: 'DELETE',
  path: '/api/v1/computed',
  permission: 'records.withdraw',
  tag,
  summary: 'Withdraw a computed record; identifiers with a record of their own stay',
  query: {
    prefix,
    pattern: { ...parameter.word('Its pattern'), required: true },
    from: parameter.word('Its first number; 0 when absent'),
  },
  answers: { 200: { text: 'It is withdrawn', schema: Type.Object({ withdrawn: Type.Literal(true) }) } },
});
