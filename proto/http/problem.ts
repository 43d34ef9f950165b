import { type Static, Type } from 'typebox';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** What precedes a code in the `type` of a problem. The same at every node, so that it can be compared as a text. */
export const PROBLEM_TYPE = 'urn:kapok:error:';

/** Problem details (RFC 9457 §3.1) of a failed operation; what follows `detail` are members of our own. */
export const Problem = Type.Object({
  /** `urn:kapok:error:CODE`. */
  type: Type.String(),
  /** What the code stands for; it does not change from occurrence to occurrence. */
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  /** What went wrong this time, for people. */
  detail: Type.String(),
  /** One of the catalogue (docs/errors.md): what a program looks at. */
  code: Type.String(),
  /** The Handle response code of the same failure. */
  responseCode: Type.Integer(),
  /** Where in the request: `values[2].index`. */
  at: Type.Optional(Type.String()),
  /** The identifier or prefix that it is about. */
  subject: Type.Optional(Type.String()),
  /** The identifier that takes the place of a withdrawn one. */
  successor: Type.Optional(Type.String()),
  /** Of a refused change of state: the state, and the actions that the caller could take in it. */
  state: Type.Optional(Type.String()),
  possible: Type.Optional(Type.Array(Type.String())),
});
export type Problem = Static<typeof Problem>;
