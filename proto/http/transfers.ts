import { type Static, type TSchema, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const closed = { additionalProperties: false };
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const key = Type.String({ minLength: 1, maxLength: 2300 });
const reason = Type.String({ minLength: 1, maxLength: 1024 });

/** `POST /api/v1/transfers`: a prefix to an organisation; an identifier to an organisation, or to the holder of a key. */
export const NewTransfer = Type.Object(
  {
    prefix: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    identifier: Type.Optional(Type.String({ minLength: 1, maxLength: 2048 })),
    organisation: Type.Optional(Type.String({ minLength: 36, maxLength: 36 })),
    /** `300:PREFIX/name`. */
    key: Type.Optional(key),
  },
  closed,
);
export type NewTransfer = Static<typeof NewTransfer>;

export const AcceptTransfer = Type.Object({ key: Type.Optional(key) }, closed);
export const TransferReason = Type.Object({ reason: Type.Optional(reason) }, closed);

const STATES = ['offered', 'accepted', 'final', 'taken_back', 'declined', 'withdrawn', 'expired'] as const;

export const Transfer = Type.Object({
  id: Type.String(),
  prefix: Type.String(),
  /** Null: the prefix itself. */
  identifier: orNull(Type.String()),
  giver: orNull(Type.String()),
  receiver: orNull(Type.String()),
  key: orNull(Type.String()),
  state: Type.Unsafe<(typeof STATES)[number]>(Type.Union(STATES.map((state) => Type.Literal(state)))),
  offeredAt: Type.String(),
  expiresAt: Type.String(),
  acceptedAt: orNull(Type.String()),
  /** Until then the authority can take it back. */
  until: orNull(Type.String()),
  remarks: orNull(Type.String()),
  version: Type.Integer(),
  /** What the caller could do now. */
  possible: Type.Array(Type.String()),
});
export type Transfer = Static<typeof Transfer>;

const tag = 'Transfers';
const path = '/api/v1/transfers';
const answers = { 200: { text: 'What it is now', schema: Transfer } };

export const offerTransfer = operation({
  id: 'offerTransfer',
  method: 'POST',
  path,
  permission: 'filings.apply',
  tag,
  summary: 'Offer a prefix or an identifier to another',
  body: NewTransfer,
  answers: { 201: { text: 'Offered', schema: Transfer } },
});

export const listTransfers = operation({
  id: 'listTransfers',
  method: 'GET',
  path,
  permission: 'filings.review',
  tag,
  summary: 'Transfers from and to the caller, and those that one can take back; the newest first',
  query: {
    state: parameter.word('Those in one state'),
    before: parameter.moment('Offered before: `offeredAt` of the last one of the page before'),
    limit: parameter.whole('Transfers a page', 1000),
  },
  answers: { 200: { text: 'A page', schema: Type.Object({ transfers: Type.Array(Transfer) }) } },
});

export const getTransfer = operation({
  id: 'getTransfer',
  method: 'GET',
  path: `${path}/{id}`,
  permission: 'filings.review',
  tag,
  summary: 'One of them',
  answers: { 200: { text: 'The transfer', schema: Transfer } },
});

export const acceptTransfer = operation({
  id: 'acceptTransfer',
  method: 'POST',
  path: `${path}/{id}/accept`,
  permission: 'filings.apply',
  tag,
  summary: 'Accept what is offered: it is the caller’s from now on',
  body: AcceptTransfer,
  answers,
});

export const declineTransfer = operation({
  id: 'declineTransfer',
  method: 'POST',
  path: `${path}/{id}/decline`,
  permission: 'filings.apply',
  tag,
  summary: 'Do not accept what is offered',
  answers,
});

export const withdrawTransfer = operation({
  id: 'withdrawTransfer',
  method: 'POST',
  path: `${path}/{id}/withdraw`,
  permission: 'filings.apply',
  tag,
  summary: 'Withdraw an offer that was not accepted yet',
  answers,
});

export const takeBackTransfer = operation({
  id: 'takeBackTransfer',
  method: 'POST',
  path: `${path}/{id}/take-back`,
  permission: 'prefixes.govern',
  tag,
  summary: 'Take back what was accepted, while its window is open',
  body: TransferReason,
  answers,
});
