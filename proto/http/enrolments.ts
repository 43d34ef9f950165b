import { type Static, Type } from 'typebox';
import { MAX_FEED_WAIT } from './feed.ts';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';
import { PrefixStatus } from './prefixes.ts';

const closed = { additionalProperties: false };
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const prefix = Type.String({ minLength: 1, maxLength: 64 });
const url = Type.String({ minLength: 1, maxLength: 512 });
/** The 32 bytes of an Ed25519 public key in base64url; how grants and signatures name its node. */
const key = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const subject = Type.String({ pattern: '^node:[A-Za-z0-9_-]{43}$' });
/** The 64 bytes of an Ed25519 signature in base64url. */
const signature = Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' });

/** `POST /api/v1/challenge`: asks a node to show that it is the one of a key. */
export const Challenge = Type.Object(
  { nonce: Type.String({ pattern: '^[A-Za-z0-9_-]{22,64}$' }), parent: subject, prefix },
  closed,
);
export type Challenge = Static<typeof Challenge>;

export const ChallengeAnswer = Type.Object({ key, signature });
export type ChallengeAnswer = Static<typeof ChallengeAnswer>;

/** `POST /api/v1/enrolment/proof`: what a node signs to ask the node above for its prefix. */
export const ProofRequest = Type.Object({ parent: url, url }, closed);
export type ProofRequest = Static<typeof ProofRequest>;

/** `POST /api/v1/enrolments`. */
export const NewEnrolment = Type.Object({ prefix, url, key, proof: signature }, closed);
export type NewEnrolment = Static<typeof NewEnrolment>;

/** What the node above states: who answers for a prefix from when on. */
export const DelegationStatement = Type.Object({
  prefix,
  /** HS_SITE as JSON. */
  site: Type.Unknown(),
  key,
  parent: subject,
  /** RFC 3339, UTC. */
  issuedAt: Type.String({ maxLength: 40 }),
});
export type DelegationStatement = Static<typeof DelegationStatement>;

export const Delegation = Type.Object({ statement: DelegationStatement, signature });
export type Delegation = Static<typeof Delegation>;

export const Enrolment = Type.Object({
  prefix,
  organisation: orNull(Type.String()),
  state: Type.Union([Type.Literal('applied'), Type.Literal('accepted'), Type.Literal('refused')]),
  site: Type.Unknown(),
  key,
  remarks: orNull(Type.String()),
  delegation: orNull(Delegation),
  /** Whether the prefix is still answered here, and waits to be taken over: `POST /api/v1/moves/pull` at the new node. */
  takeOver: Type.Boolean(),
  appliedAt: Type.String(),
  updatedAt: Type.String(),
});
export type Enrolment = Static<typeof Enrolment>;

export const EnrolmentDecision = Type.Object(
  {
    action: Type.Union([Type.Literal('accept'), Type.Literal('refuse')]),
    /** Told to the applicant; refuse needs one. */
    reason: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  closed,
);
export type EnrolmentDecision = Static<typeof EnrolmentDecision>;

/** `PUT /api/v1/delegation`: what the node above has answered, and where it is reached. */
export const ReceivedDelegation = Type.Object({ parent: url, delegation: Delegation }, closed);
export type ReceivedDelegation = Static<typeof ReceivedDelegation>;

export const HeldDelegation = Type.Object({
  parentUrl: Type.String(),
  parent: Type.String(),
  delegation: Delegation,
  receivedAt: Type.String(),
});
export type HeldDelegation = Static<typeof HeldDelegation>;

/** How a prefix stands at the node above: its own status, or that of the withdrawn prefix above it. */
export const Standing = Type.Object({ prefix: Type.String(), status: PrefixStatus });

const tag = 'Enrolment';
const enrolment = { text: 'The enrolment', schema: Enrolment };

export const answerChallenge = operation({
  id: 'answerChallenge',
  method: 'POST',
  path: '/api/v1/challenge',
  permission: 'public',
  tag,
  summary: 'Show to the node above that this node holds its key, and asks for this prefix',
  body: Challenge,
  answers: { 200: { text: 'Signed', schema: ChallengeAnswer } },
});

export const proveEnrolment = operation({
  id: 'proveEnrolment',
  method: 'POST',
  path: '/api/v1/enrolment/proof',
  permission: 'access.manage',
  tag,
  summary: 'At the new node: sign what it sends to the node above',
  body: ProofRequest,
  answers: { 200: { text: 'To be sent as it is', schema: NewEnrolment } },
});

export const applyForEnrolment = operation({
  id: 'applyForEnrolment',
  method: 'POST',
  path: '/api/v1/enrolments',
  permission: 'filings.apply',
  tag,
  summary: 'Ask that a node of one’s own answers for a prefix; its endpoint is challenged at once',
  body: NewEnrolment,
  answers: { 201: { ...enrolment, text: 'Applied: the endpoint is that of the key' } },
});

export const getEnrolment = operation({
  id: 'getEnrolment',
  method: 'GET',
  path: '/api/v1/enrolments/{prefix}',
  permission: 'filings.review',
  tag,
  summary: 'What became of it, with the signed delegation',
  answers: { 200: enrolment },
});

export const decideEnrolment = operation({
  id: 'decideEnrolment',
  method: 'POST',
  path: '/api/v1/enrolments/{prefix}/decision',
  permission: 'prefixes.govern',
  tag,
  summary:
    'Accept: the endpoint is challenged once more, and the prefix delegated, or offered to be taken over; or refuse',
  body: EnrolmentDecision,
  answers: { 200: enrolment },
});

export const getStanding = operation({
  id: 'getStanding',
  method: 'GET',
  path: '/api/v1/enrolments/{prefix}/standing',
  permission: 'prefixes.read',
  tag,
  summary: 'Whether a prefix is suspended or revoked at this node; the node that answers for it may ask without a role',
  query: {
    known: parameter.word(
      'The status that the caller knows: with it and `wait` the answer is held back until it is another one',
    ),
    wait: parameter.whole('Seconds to wait at most', MAX_FEED_WAIT),
  },
  answers: { 200: { text: 'The status', schema: Standing } },
});

export const putDelegation = operation({
  id: 'putDelegation',
  method: 'PUT',
  path: '/api/v1/delegation',
  permission: 'access.manage',
  tag,
  summary: 'At the new node: keep what the node above has stated; it may follow this node’s feed from now on',
  body: ReceivedDelegation,
  answers: { 200: { text: 'Verified, and kept', schema: HeldDelegation } },
});

export const getDelegation = operation({
  id: 'getDelegation',
  method: 'GET',
  path: '/api/v1/delegation',
  permission: 'prefixes.read',
  tag,
  summary: 'What the node above has stated of this one',
  answers: { 200: { text: 'The delegation', schema: HeldDelegation } },
});
