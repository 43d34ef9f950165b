import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';

const Recipient = Type.String({ pattern: '^x25519:[A-Za-z0-9_-]{43}$' });

/** `POST /api/v1/escrow/deposits`. */
export const DepositRequest = Type.Object(
  {
    /** Who can open it: what `kapok escrow keygen` printed. */
    recipient: Recipient,
    /** Who can open the node's private keys; the same when absent; null: they are left out. */
    keysFor: Type.Optional(Type.Union([Recipient, Type.Null()])),
    /** The deposit to go on from; absent: a full one. */
    previous: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$' })),
  },
  { additionalProperties: false },
);
export type DepositRequest = Static<typeof DepositRequest>;

export const DepositInfo = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('full'), Type.Literal('incremental')]),
  previous: Type.Union([Type.String(), Type.Null()]),
  /** The number of the last change that it holds. */
  watermark: Type.Integer(),
  bytes: Type.Integer(),
  sha256: Type.String(),
  recipient: Type.String(),
  /** Of all that the node held. */
  digest: Type.String(),
  actor: Type.String(),
  /** RFC 3339, UTC. */
  madeAt: Type.String(),
});
export type DepositInfo = Static<typeof DepositInfo>;

const tag = 'Escrow';

export const makeDeposit = operation({
  id: 'makeDeposit',
  method: 'POST',
  path: '/api/v1/escrow/deposits',
  permission: 'node.escrow',
  tag,
  summary: 'All that the node holds, or what has changed since a deposit, sealed and signed',
  body: DepositRequest,
  answers: { 200: { text: 'The deposit, as it is kept', type: 'application/octet-stream' } },
});

export const listDeposits = operation({
  id: 'listDeposits',
  method: 'GET',
  path: '/api/v1/escrow/deposits',
  permission: 'node.escrow',
  tag,
  summary: 'The last 100 deposits that the node has made',
  answers: { 200: { text: 'The newest first', schema: Type.Object({ deposits: Type.Array(DepositInfo) }) } },
});
