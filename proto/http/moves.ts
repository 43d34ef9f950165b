import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const closed = { additionalProperties: false };
const text = (maxLength: number) => Type.String({ maxLength });
const textOrNull = (maxLength: number) => Type.Union([text(maxLength), Type.Null()]);
const whole = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Names, versions and digests a page. */
export const MAX_MOVE_NAMES = 500;
export const MAX_MOVE_VERSIONS = 1_000;
export const MAX_MOVE_DIGESTS = 5_000;

export const MoveState = Type.Union([
  Type.Literal('offered'),
  Type.Literal('pulling'),
  Type.Literal('finishing'),
  Type.Literal('given'),
  Type.Literal('taken'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
]);

/** A move of one prefix, as one of its two nodes sees it. */
export const Move = Type.Object({
  prefix: text(64),
  id: text(36),
  /** Whether the prefix leaves this node or comes to it. */
  side: Type.Union([Type.Literal('source'), Type.Literal('target')]),
  /** `out`: from the node above to the one of its own; `back`: the other way. */
  direction: Type.Union([Type.Literal('out'), Type.Literal('back')]),
  state: MoveState,
  /** The other node: the subject of its key, and where it is reached. */
  peer: text(64),
  url: text(512),
  /** What both sides have compared: how many identifiers, and the sum of their digests. */
  identifiers: Type.Union([whole, Type.Null()]),
  digest: textOrNull(32),
  /** Of a target: the records taken over so far. */
  copied: whole,
  /** Why the last try has failed. */
  error: textOrNull(2_000),
  createdAt: text(40),
  updatedAt: text(40),
});
export type Move = Static<typeof Move>;

/** `POST /api/v1/moves`, `POST /api/v1/moves/pull`. */
export const NewMove = Type.Object({ prefix: text(64), url: text(512) }, closed);
export type NewMove = Static<typeof NewMove>;

const Template = Type.Object({
  prefix: text(64),
  name: text(64),
  version: whole,
  template: Type.String(),
  actor: text(2_300),
  createdAt: text(40),
});
const Computed = Type.Object({
  pattern: text(128),
  from: whole,
  to: whole,
  record: Type.String(),
  hasPrivate: Type.Boolean(),
  ttl: Type.Integer(),
  actor: text(2_300),
  updatedAt: text(40),
});
const MovedFile = Type.Object({
  sha256: text(64),
  size: whole,
  type: text(100),
  name: text(1_024),
  public: Type.Boolean(),
  actor: text(2_300),
});

/** All that a prefix has beside its records. */
export const MoveSettings = Type.Object({
  state: MoveState,
  suffixCase: Type.Union([Type.Literal('insensitive'), Type.Literal('sensitive')]),
  /** Its own, and those of the prefixes above it that its records may name. */
  templates: Type.Array(Template, { maxItems: 100_000 }),
  computed: Type.Array(Computed, { maxItems: 1_000 }),
  counters: Type.Array(Type.Object({ pattern: text(128), next: whole }), { maxItems: 1_000_000 }),
  files: Type.Array(MovedFile, { maxItems: 1_000_000 }),
});
export type MoveSettings = Static<typeof MoveSettings>;

export const NameDigest = Type.Object({ suffixKey: text(2_048), digest: Type.String({ pattern: '^[0-9a-f]{32}$' }) });
export type NameDigest = Static<typeof NameDigest>;

export const MoveDigests = Type.Object({ digests: Type.Array(NameDigest, { maxItems: MAX_MOVE_DIGESTS }) });
export type MoveDigests = Static<typeof MoveDigests>;

/** One version of a record; the newest one carries what is kept of the record as a whole. */
export const MovedVersion = Type.Object({
  suffixKey: text(2_048),
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  /** The values as JSON, byte for byte; null: a tombstone. */
  record: Type.Union([Type.String(), Type.Null()]),
  successor: textOrNull(2_048),
  actor: text(2_300),
  /** RFC 3339, UTC, to the microsecond. */
  writtenAt: text(40),
  newest: Type.Union([
    Type.Null(),
    Type.Object({
      suffix: text(2_048),
      hasPrivate: Type.Boolean(),
      ttl: Type.Integer(),
      guarded: Type.Boolean(),
      createdAt: text(40),
      /** The texts that it holds in unique items of templates. */
      unique: Type.Array(
        Type.Object({ prefix: text(64), template: text(64), itemIndex: Type.Integer(), hash: text(64) }),
        { maxItems: 2_048 },
      ),
    }),
  ]),
});
export type MovedVersion = Static<typeof MovedVersion>;

const Position = Type.Object({ suffixKey: text(2_048), version: whole }, closed);

/** `POST /api/v1/moves/{prefix}/records`: the versions of these names, from behind a position. */
export const MoveNames = Type.Object(
  {
    suffixKeys: Type.Array(text(2_048), { minItems: 1, maxItems: MAX_MOVE_NAMES }),
    after: Type.Optional(Position),
  },
  closed,
);
export type MoveNames = Static<typeof MoveNames>;

export const MoveRecords = Type.Object({
  versions: Type.Array(MovedVersion, { maxItems: MAX_MOVE_VERSIONS }),
  /** `after` of the next page; null on the last one. */
  next: Type.Union([Position, Type.Null()]),
});
export type MoveRecords = Static<typeof MoveRecords>;

export const MoveFile = Type.Object({
  /** Base64. */
  bytes: Type.String({ maxLength: 8_000_000 }),
});
export type MoveFile = Static<typeof MoveFile>;

/** `POST /api/v1/moves/{prefix}/finish`: what the target holds. */
export const MoveTotal = Type.Object({ identifiers: whole, digest: Type.String({ pattern: '^\\d{1,20}$' }) }, closed);
export type MoveTotal = Static<typeof MoveTotal>;

const tag = 'Moves';
const peer = 'records.move';
const move = { text: 'The move', schema: Move };

export const offerMove = operation({
  id: 'offerMove',
  method: 'POST',
  path: '/api/v1/moves',
  permission: 'prefixes.govern',
  tag,
  summary: 'Offer a prefix that is hosted here, with all that it holds, to the node at a URL',
  body: NewMove,
  answers: { 201: { ...move, text: 'Offered; nothing has changed yet' } },
});

export const pullMove = operation({
  id: 'pullMove',
  method: 'POST',
  path: '/api/v1/moves/pull',
  permission: 'prefixes.govern',
  tag,
  summary: 'Take over a prefix that the node at a URL has offered; goes on with one that was interrupted',
  body: NewMove,
  answers: { 202: { ...move, text: 'It has begun; GET shows how far it is' } },
});

export const getMove = operation({
  id: 'getMove',
  method: 'GET',
  path: '/api/v1/moves/{prefix}',
  permission: 'prefixes.read',
  tag,
  summary: 'The last move of a prefix',
  answers: { 200: move },
});

export const cancelMove = operation({
  id: 'cancelMove',
  method: 'DELETE',
  path: '/api/v1/moves/{prefix}',
  permission: 'prefixes.govern',
  tag,
  summary: 'Give a move up, before the prefix was given away',
  answers: { 200: move },
});

export const getMoveSettings = operation({
  id: 'getMoveSettings',
  method: 'GET',
  path: '/api/v1/moves/{prefix}/settings',
  permission: peer,
  tag,
  summary: 'For the node that takes over: all that the prefix has beside its records',
  answers: { 200: { text: 'The settings', schema: MoveSettings } },
});

export const freezeMove = operation({
  id: 'freezeMove',
  method: 'POST',
  path: '/api/v1/moves/{prefix}/freeze',
  permission: peer,
  tag,
  summary: 'For the node that takes over: nothing is written below the prefix for the next 30 seconds',
  answers: { 200: move },
});

export const listMoveDigests = operation({
  id: 'listMoveDigests',
  method: 'GET',
  path: '/api/v1/moves/{prefix}/digests',
  permission: peer,
  tag,
  summary: 'For the node that takes over: a digest of each record with its whole history, by name',
  query: {
    after: parameter.word('The last name of the page before'),
    limit: parameter.whole('Names a page', MAX_MOVE_DIGESTS),
  },
  answers: { 200: { text: 'A page; an empty one is the last', schema: MoveDigests } },
});

export const readMoveRecords = operation({
  id: 'readMoveRecords',
  method: 'POST',
  path: '/api/v1/moves/{prefix}/records',
  permission: peer,
  tag,
  summary: 'For the node that takes over: all versions of these records',
  body: MoveNames,
  answers: { 200: { text: 'By name and version', schema: MoveRecords } },
});

export const getMoveFile = operation({
  id: 'getMoveFile',
  method: 'GET',
  path: '/api/v1/moves/{prefix}/files/{sha256}',
  permission: peer,
  tag,
  summary: 'For the node that takes over: the bytes of a file',
  answers: { 200: { text: 'The bytes', schema: MoveFile } },
});

export const finishMove = operation({
  id: 'finishMove',
  method: 'POST',
  path: '/api/v1/moves/{prefix}/finish',
  permission: peer,
  tag,
  summary: 'For the node that takes over: it holds this, and the prefix is given to it when the same is held here',
  body: MoveTotal,
  answers: { 200: move },
});

export const releaseMove = operation({
  id: 'releaseMove',
  method: 'POST',
  path: '/api/v1/moves/{prefix}/release',
  permission: peer,
  tag,
  summary: 'For the node that has taken over: the prefix is answered there',
  answers: { 200: move },
});
