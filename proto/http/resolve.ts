import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';

/** Identifiers a call of `POST /api/resolve`. */
export const MAX_BATCH = 1000;

/** `POST /api/resolve`: many identifiers in one call. */
export const ResolveRequest = Type.Object(
  {
    identifiers: Type.Array(Type.String(), { minItems: 1, maxItems: MAX_BATCH }),
    /** Follow referrals; by default as the node is configured. */
    recursive: Type.Optional(Type.Boolean()),
    /** Ask the responsible node, not a cache. */
    auth: Type.Optional(Type.Boolean()),
    /** Add the trace of each resolution. */
    explain: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type ResolveRequest = Static<typeof ResolveRequest>;

/** One answer of `POST /api/resolve`; the members of Handle's JSON, and what caches and people need beside them. */
export const ResolveAnswer = Type.Object({
  responseCode: Type.Integer(),
  handle: Type.String(),
  /** The name of the outcome or of the error. */
  code: Type.String(),
  message: Type.Optional(Type.String()),
  values: Type.Optional(Type.Array(Type.Unknown())),
  version: Type.Optional(Type.Integer()),
  /** Seconds the answer may be kept. */
  ttl: Type.Optional(Type.Integer()),
  /** The node that said so. */
  node: Type.Optional(Type.String()),
  /** The prefix that a referral, an absence or a withdrawal is about. */
  prefix: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  successor: Type.Optional(Type.String()),
  /** Seconds since the answer should have been asked anew. */
  stale: Type.Optional(Type.Integer()),
  trace: Type.Optional(Type.Array(Type.Unknown())),
});
export type ResolveAnswer = Static<typeof ResolveAnswer>;

export const ResolveResponse = Type.Object({
  answers: Type.Array(ResolveAnswer),
  /** The answers reflect all changes of this node up to `seq`; absent while it does not know whether it is up to date. */
  feed: Type.Optional(Type.String()),
  seq: Type.Optional(Type.Integer()),
});
export type ResolveResponse = Static<typeof ResolveResponse>;

export const resolveBatch = operation({
  id: 'resolveBatch',
  method: 'POST',
  path: '/api/resolve',
  permission: 'public',
  tag: 'Resolution',
  summary: 'Resolve up to 1,000 identifiers, each with an answer of its own',
  body: ResolveRequest,
  answers: { 200: { text: 'An answer for each, in order', schema: ResolveResponse } },
  handleErrors: true,
});
