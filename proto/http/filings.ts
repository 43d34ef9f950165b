import { type Static, type TSchema, Type } from 'typebox';
import { ApplicationFiling, type FilingData, NodeFiling, OrganisationFiling } from './filing-data.ts';
import { type Operation, operation } from './operation.ts';
import { parameter } from './parameters.ts';

const oneOf = <const T extends string>(names: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name))));
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const closed = { additionalProperties: false };

/** 主体备案, 节点备案, 应用备案. */
export const FILING_KINDS = ['organisation', 'node', 'application'] as const;

/**
 * 起草, 待受理, 审核中, 退回, 已备案; of an accepted one 变更中, 变更待受理, 变更审核中, while what was accepted stays in force;
 * 逾期未确认, 暂停, 撤销, 注销.
 */
export const FILING_STATES = [
  ...(['draft', 'submitted', 'under_review', 'returned', 'accepted'] as const),
  ...(['changing', 'change_submitted', 'change_under_review'] as const),
  ...(['overdue', 'suspended', 'revoked', 'cancelled'] as const),
] as const;

export const FilingKind = oneOf(FILING_KINDS);
export type FilingKind = Static<typeof FilingKind>;
export const FilingState = oneOf(FILING_STATES);
export type FilingState = Static<typeof FilingState>;

/** Of a draft any part may be missing. */
const FilingDraft = Type.Unsafe<FilingData>(
  Type.Union([Type.Partial(OrganisationFiling), Type.Partial(NodeFiling), Type.Partial(ApplicationFiling)]),
);
/** What it may hold follows from the kind, so the node checks it by that. */
const FilingPart = Type.Unsafe<Record<string, unknown>>(Type.Object({}, { maxProperties: 32 }));

/** `POST /api/v1/filings`. */
export const NewFiling = Type.Object(
  { organisation: Type.String({ maxLength: 36 }), kind: FilingKind, data: Type.Optional(FilingPart) },
  closed,
);
export type NewFiling = Static<typeof NewFiling>;

/** `PATCH /api/v1/filings/{id}`: fields that are named take the place of theirs; null takes one away. */
export const FilingPatch = Type.Object({ data: FilingPart }, closed);
export type FilingPatch = Static<typeof FilingPatch>;

/** Why; some actions must say it. */
export const FilingReason = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 1024 })) }, closed);
export type FilingReason = Static<typeof FilingReason>;

export const Filing = Type.Object({
  id: Type.String(),
  organisation: Type.String(),
  kind: FilingKind,
  state: FilingState,
  /** 备案号: given with the first acceptance, for ever. */
  number: orNull(Type.String()),
  /** What is in force; of one that was never accepted, what is applied for. */
  data: FilingDraft,
  /** The whole of it as it is to become; what is in force stays so until that is accepted. */
  pending: orNull(FilingDraft),
  /** Whether all is there that a submission needs, and what is not: `endpoints.ipv6`. */
  complete: Type.Boolean(),
  missing: Type.Array(Type.String()),
  /** Of the authority: why it was returned, suspended or revoked. */
  remarks: orNull(Type.String()),
  /** The working day by whose end it is to be decided, and whether that is past. */
  due: orNull(Type.String()),
  late: Type.Boolean(),
  /** The day by whose end it is to be confirmed again. */
  confirmedUntil: orNull(Type.String()),
  /** What the caller can do now. */
  possible: Type.Array(Type.String()),
  version: Type.Integer(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  submittedAt: orNull(Type.String()),
});
export type Filing = Static<typeof Filing>;

const tag = 'Filings';
const path = '/api/v1/filings';
const ifMatch = { 'if-match': parameter.word('Only when the filing has this version, as ETag gives it') };

export const createFiling = operation({
  id: 'createFiling',
  method: 'POST',
  path,
  permission: 'filings.apply',
  tag,
  summary: 'Draft the filing of an organisation, a node or an application',
  body: NewFiling,
  answers: { 201: { text: 'The draft', schema: Filing } },
});

export const listFilings = operation({
  id: 'listFilings',
  method: 'GET',
  path,
  permission: 'filings.review',
  tag,
  summary: "One's own filings, or all of them for who reviews: those to be decided first, by the day they are due",
  query: {
    organisation: parameter.word('Of this organisation alone'),
    kind: { text: 'Of this kind alone', schema: FilingKind },
    state: { text: 'In this state alone', schema: FilingState },
    after: parameter.word('What `next` of the page before said'),
    limit: parameter.whole('Filings a page', 200),
  },
  answers: {
    200: { text: 'A page', schema: Type.Object({ filings: Type.Array(Filing), next: orNull(Type.String()) }) },
  },
});

export const getFiling = operation({
  id: 'getFiling',
  method: 'GET',
  path: `${path}/{id}`,
  permission: 'filings.review',
  tag,
  summary: 'One filing, with what is missing and what can be done now',
  answers: { 200: { text: 'The filing', schema: Filing } },
});

export const editFiling = operation({
  id: 'editFiling',
  method: 'PATCH',
  path: `${path}/{id}`,
  permission: 'filings.apply',
  tag,
  summary: 'Change what is named: of a draft at once, of an accepted filing as a change that is reviewed',
  body: FilingPatch,
  headers: ifMatch,
  answers: { 200: { text: 'The filing', schema: Filing } },
});

/** `POST /api/v1/filings/{id}/ACTION`. */
function action<const Id extends string, const P extends Operation['permission']>(
  id: Id,
  permission: P,
  summary: string,
) {
  return operation({
    id: `${id}Filing`,
    method: 'POST',
    path: `${path}/{id}/${id}`,
    permission,
    tag,
    summary,
    body: FilingReason,
    headers: ifMatch,
    answers: { 200: { text: 'The filing', schema: Filing } },
  });
}

export const submitFiling = action('submit', 'filings.apply', 'Ask for the review of a draft, or of a change');
export const discardFiling = action('discard', 'filings.apply', 'Give up a change; what is in force stays');
export const confirmFiling = action('confirm', 'filings.apply', 'Say that what is in force is still so, for a year');
export const cancelFiling = action('cancel', 'filings.apply', 'Give up the filing for ever');
export const reviewFiling = action('review', 'filings.review', 'Take up the review');
export const returnFiling = action('return', 'filings.review', 'Give it back, with remarks on what is to be mended');
export const acceptFiling = action('accept', 'filings.review', 'Accept it; with the first time it gets its number');
export const suspendFiling = action('suspend', 'filings.review', 'Suspend an accepted filing, and say why');
export const resumeFiling = action('resume', 'filings.review', 'Put a suspended filing in force again');
export const revokeFiling = action('revoke', 'filings.review', 'Revoke a suspended filing for ever, and say why');
