import { type Static, type TSchema, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';
import { prefixPlace } from './prefixes.ts';

const closed = { additionalProperties: false };
const word = <const T extends string>(names: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name))));
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const name = Type.String({ minLength: 1, maxLength: 128 });

/** `POST /api/v1/allotments`: a prefix by its name, or the next free number below one. */
export const PrefixApplication = Type.Object(
  {
    organisation: Type.String({ minLength: 36, maxLength: 36 }),
    prefix: Type.Optional(name),
    /** Instead of a name: the next free number below this prefix. Neither: below the prefix of the node. */
    parent: Type.Optional(name),
    /** A name for people; otherwise that of the organisation. */
    label: Type.Optional(Type.String({ maxLength: 255 })),
    /** What it is for. */
    purpose: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  closed,
);
export type PrefixApplication = Static<typeof PrefixApplication>;

/** What the authority can do. */
export const AUTHORITY_ACTIONS = [
  ...(['review', 'return', 'refuse', 'allot', 'delegate', 'host', 'suspend', 'resume', 'revoke'] as const),
] as const;

/** `POST /api/v1/allotments/{prefix}/decision`. */
export const AllotmentDecision = Type.Object(
  {
    action: word(AUTHORITY_ACTIONS),
    /** Told to the applicant; return, refuse, suspend and revoke need one. */
    reason: Type.Optional(Type.String({ maxLength: 1024 })),
    ...prefixPlace,
  },
  closed,
);
export type AllotmentDecision = Static<typeof AllotmentDecision>;

const States = word([
  ...(['free', 'applied', 'under_review', 'returned', 'refused', 'cancelled'] as const),
  ...(['allotted', 'suspended', 'quarantined'] as const),
]);

export const Allotment = Type.Object({
  prefix: Type.String(),
  parent: Type.String(),
  organisation: orNull(Type.String()),
  state: States,
  /** Once it is allotted: whether this node answers for it, or another. */
  hosting: orNull(word(['hosted', 'delegated'])),
  label: Type.String(),
  purpose: Type.String(),
  remarks: orNull(Type.String()),
  /** While it is suspended: by a decision on it, with its organisation, with that one's filing. */
  suspendedBy: Type.Array(word(['authority', 'organisation', 'filing'])),
  appliedAt: orNull(Type.String()),
  allottedAt: orNull(Type.String()),
  quarantineUntil: orNull(Type.String()),
  version: Type.Integer(),
  updatedAt: Type.String(),
  /** What the caller could do now. */
  possible: Type.Array(Type.String()),
});
export type Allotment = Static<typeof Allotment>;

/** `PUT /api/v1/allotment-rules/{prefix}`: what may be applied for below a prefix. */
export const AllotmentRule = Type.Object(
  {
    labels: word(['digits', 'alphanumeric']),
    minLength: Type.Integer({ minimum: 1, maximum: 60 }),
    maxLength: Type.Integer({ minimum: 1, maximum: 60 }),
    /** Ranges of numbers that nobody is given. */
    reserved: Type.Array(
      Type.Object(
        {
          from: Type.Integer({ minimum: 0, maximum: 999_999_999_999_999 }),
          to: Type.Integer({ minimum: 0, maximum: 999_999_999_999_999 }),
        },
        closed,
      ),
      { maxItems: 100 },
    ),
  },
  closed,
);
export type AllotmentRule = Static<typeof AllotmentRule>;

const tag = 'Allotments';
const path = '/api/v1/allotments';

export const applyForPrefix = operation({
  id: 'applyForPrefix',
  method: 'POST',
  path,
  permission: 'filings.apply',
  tag,
  summary: 'Apply for a prefix, or hand in again what was returned',
  body: PrefixApplication,
  answers: { 201: { text: 'Applied', schema: Allotment } },
});

export const listAllotments = operation({
  id: 'listAllotments',
  method: 'GET',
  path,
  permission: 'filings.review',
  tag,
  summary: 'The prefixes that were applied for: one’s own, or those that one decides on',
  query: {
    organisation: parameter.word('Those of one organisation'),
    state: parameter.word('Those in one state'),
    after: parameter.word('The last prefix of the page before'),
    limit: parameter.whole('Prefixes a page', 1000),
  },
  answers: {
    200: { text: 'A page', schema: Type.Object({ allotments: Type.Array(Allotment), next: orNull(Type.String()) }) },
  },
});

export const getAllotment = operation({
  id: 'getAllotment',
  method: 'GET',
  path: `${path}/{prefix}`,
  permission: 'filings.review',
  tag,
  summary: 'One of them',
  answers: { 200: { text: 'The allotment', schema: Allotment } },
});

export const decideAllotment = operation({
  id: 'decideAllotment',
  method: 'POST',
  path: `${path}/{prefix}/decision`,
  permission: 'prefixes.govern',
  tag,
  summary: 'Decide: review, return, refuse, allot, delegate, host, suspend, resume or revoke',
  body: AllotmentDecision,
  answers: { 200: { text: 'What it is now', schema: Allotment } },
});

export const cancelAllotment = operation({
  id: 'cancelAllotment',
  method: 'POST',
  path: `${path}/{prefix}/cancel`,
  permission: 'filings.apply',
  tag,
  summary: 'Withdraw an application',
  answers: { 200: { text: 'What it is now', schema: Allotment } },
});

export const getAllotmentRule = operation({
  id: 'getAllotmentRule',
  method: 'GET',
  path: '/api/v1/allotment-rules/{prefix}',
  permission: 'prefixes.read',
  tag,
  summary: 'What may be applied for below a prefix',
  answers: { 200: { text: 'The rule', schema: AllotmentRule } },
});

export const putAllotmentRule = operation({
  id: 'putAllotmentRule',
  method: 'PUT',
  path: '/api/v1/allotment-rules/{prefix}',
  permission: 'prefixes.govern',
  tag,
  summary: 'Set what may be applied for below a prefix',
  body: AllotmentRule,
  answers: { 200: { text: 'The rule', schema: AllotmentRule } },
});
