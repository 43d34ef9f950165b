import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter, writeHeaders } from './parameters.ts';

const closed = { additionalProperties: false };
/** Handle values: `{index, type, data, ttl, permissions, references}`; what is wrong with one is said by the record's own rules. */
const values = Type.Optional(Type.Array(Type.Unknown(), { maxItems: 2048 }));

/** What a record holds: values, or data for the items of a template, or both. */
const content = {
  values,
  /** `PREFIX/name`, or `PREFIX/name@3` for a version other than the newest. */
  template: Type.Optional(Type.String({ maxLength: 300 })),
  /** Texts by item type; numbers and booleans stand for their texts. */
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { maxProperties: 1000 })),
};

/** `POST /api/v1/identifiers`: under a name of one's own, or a minted one. */
export const NewIdentifier = Type.Object(
  {
    /** The whole identifier; excludes `prefix` and `pattern`. */
    identifier: Type.Optional(Type.String({ maxLength: 2048 })),
    /** The prefix to mint below. */
    prefix: Type.Optional(Type.String({ maxLength: 255 })),
    /** How the suffix is made; absent: a UUID of version 7. */
    pattern: Type.Optional(Type.String({ maxLength: 128 })),
    ...content,
    /** Check everything, register nothing. */
    validateOnly: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type NewIdentifier = Static<typeof NewIdentifier>;

/** Items a call of `POST /api/v1/batch`; longer lists are imports. */
export const MAX_BATCH_ITEMS = 2000;

/** `POST /api/v1/batch`: many registrations in one call. */
export const BatchRegistration = Type.Object(
  {
    /** Each is checked by itself: one that is refused does not keep the others out. */
    items: Type.Array(Type.Object({ identifier: Type.String(), ...content }, closed), {
      minItems: 1,
      maxItems: MAX_BATCH_ITEMS,
    }),
    /** Replace records that exist; otherwise their items are refused. */
    overwrite: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type BatchRegistration = Static<typeof BatchRegistration>;

/** What became of one item; refused ones say why. */
export const BatchResult = Type.Object({
  identifier: Type.Union([Type.String(), Type.Null()]),
  outcome: Type.Union([Type.Literal('created'), Type.Literal('replaced'), Type.Literal('failed')]),
  version: Type.Optional(Type.Integer()),
  responseCode: Type.Optional(Type.Integer()),
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});
export type BatchResult = Static<typeof BatchResult>;

/** `PUT /api/v1/identifiers/{identifier}`. */
export const NewContent = Type.Object(content, closed);
export type NewContent = Static<typeof NewContent>;

/** `POST /api/v1/restore/{identifier}`: this version's values become the newest; absent: the last ones before the tombstone. */
export const Restore = Type.Union([
  Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
  Type.Null(),
]);
export type Restore = Static<typeof Restore>;

export const Status = Type.Union([Type.Literal('active'), Type.Literal('tombstone')]);

/** A record as its registrant sees it. */
export const IdentifierRecord = Type.Object({
  identifier: Type.String(),
  version: Type.Integer(),
  status: Status,
  /** RFC 3339, UTC. */
  writtenAt: Type.String(),
  values: Type.Array(Type.Unknown()),
  successor: Type.Optional(Type.String()),
  /** It has no record of its own: the pattern that answers for it. Its version is 0. */
  computed: Type.Optional(Type.String()),
});
export type IdentifierRecord = Static<typeof IdentifierRecord>;

/** The answer to a write. */
export const WrittenIdentifier = Type.Object({
  identifier: Type.String(),
  version: Type.Integer(),
  status: Status,
  successor: Type.Optional(Type.String()),
});
export type WrittenIdentifier = Static<typeof WrittenIdentifier>;

/** One line of `GET /api/v1/history/{identifier}`. */
export const HistoryEntry = Type.Object({
  version: Type.Integer(),
  status: Status,
  writtenAt: Type.String(),
  /** The id of the token that wrote it. */
  actor: Type.String(),
  successor: Type.Optional(Type.String()),
});
export type HistoryEntry = Static<typeof HistoryEntry>;

/** One of `GET /api/v1/identifiers`. */
export const ListedIdentifier = Type.Object({
  identifier: Type.String(),
  version: Type.Integer(),
  status: Status,
  createdAt: Type.String(),
  updatedAt: Type.String(),
  successor: Type.Optional(Type.String()),
  /** Where they are asked for. */
  values: Type.Optional(Type.Array(Type.Unknown())),
});
export type ListedIdentifier = Static<typeof ListedIdentifier>;

/** `GET /api/v1/identifiers`. */
export const IdentifierPage = Type.Object({
  identifiers: Type.Array(ListedIdentifier),
  /** Where the next page begins; absent on the last. */
  next: Type.Optional(Type.String()),
  total: Type.Optional(Type.Integer()),
});
export type IdentifierPage = Static<typeof IdentifierPage>;

/** `GET /api/v1/history/{identifier}`. */
export const HistoryPage = Type.Object({
  versions: Type.Array(HistoryEntry),
  before: Type.Optional(Type.Integer()),
});
export type HistoryPage = Static<typeof HistoryPage>;

const tag = 'Registration';
const written = { text: 'What was written', schema: WrittenIdentifier };

export const registerIdentifier = operation({
  id: 'registerIdentifier',
  method: 'POST',
  path: '/api/v1/identifiers',
  permission: 'records.register',
  tag,
  summary: 'Register an identifier under a name of your own, or a minted one',
  headers: { 'idempotency-key': writeHeaders['idempotency-key'] },
  body: NewIdentifier,
  answers: {
    201: written,
    200: {
      text: 'With validateOnly: it could be registered',
      schema: Type.Object({
        valid: Type.Literal(true),
        identifier: Type.String(),
        /** The pattern of the computed record that would no longer answer for it. */
        overrides: Type.Optional(Type.String()),
      }),
    },
  },
});

export const putIdentifier = operation({
  id: 'putIdentifier',
  method: 'PUT',
  path: '/api/v1/identifiers/{+identifier}',
  permission: 'records.change',
  tag,
  summary: 'Replace a record, or make it',
  headers: writeHeaders,
  body: NewContent,
  answers: { 200: written, 201: written },
});

export const withdrawIdentifier = operation({
  id: 'withdrawIdentifier',
  method: 'DELETE',
  path: '/api/v1/identifiers/{+identifier}',
  permission: 'records.withdraw',
  tag,
  summary: 'Leave a tombstone, which may name a successor',
  query: { successor: parameter.word('The identifier that takes its place') },
  headers: writeHeaders,
  answers: { 200: written },
});

export const restoreIdentifier = operation({
  id: 'restoreIdentifier',
  method: 'POST',
  path: '/api/v1/restore/{+identifier}',
  permission: 'records.register',
  tag,
  summary: 'Make the values of an earlier version the newest',
  headers: writeHeaders,
  body: Restore,
  answers: { 200: written, 201: written },
});

export const registerBatch = operation({
  id: 'registerBatch',
  method: 'POST',
  path: '/api/v1/batch',
  permission: 'records.register',
  tag,
  summary: 'Register up to 2,000 identifiers, each with a result of its own',
  body: BatchRegistration,
  answers: { 200: { text: 'A result for each, in order', schema: Type.Object({ results: Type.Array(BatchResult) }) } },
});

export const getIdentifier = operation({
  id: 'getIdentifier',
  method: 'GET',
  path: '/api/v1/identifiers/{+identifier}',
  permission: 'public',
  tag,
  summary: 'A record as this node holds it; with a token also what is not public, earlier versions and moments',
  query: {
    version: parameter.whole('As this version was written', Number.MAX_SAFE_INTEGER),
    at: parameter.moment('As it stood at this moment'),
  },
  answers: { 200: { text: 'The record', schema: IdentifierRecord } },
});

export const listHistory = operation({
  id: 'listHistory',
  method: 'GET',
  path: '/api/v1/history/{+identifier}',
  permission: 'records.read',
  tag,
  summary: 'The versions of a record, newest first',
  query: {
    before: parameter.whole('Only versions below this one', Number.MAX_SAFE_INTEGER),
    limit: parameter.whole('Versions a page', 1000),
  },
  answers: { 200: { text: 'A page', schema: HistoryPage } },
});

const narrowing = {
  prefix: parameter.word('Whose identifiers; may be left out with identifier'),
  identifier: parameter.word('Only this one'),
  subtree: parameter.flag('The prefixes below, too'),
  suffix: parameter.word('What the suffix begins with'),
  since: parameter.moment('Written last at this moment or later'),
  until: parameter.moment('Written last before this moment'),
  template: parameter.word('Only records of this template, PREFIX/name'),
  owner: parameter.word('Only what this credential wrote last, by the id that history shows'),
  type: parameter.word('Only records with a value of this type'),
  value: parameter.word('Only records with a value of just this text'),
  index: parameter.whole('With type or value: the value has this index', 2_147_483_647),
} as const;

export const queryIdentifiers = operation({
  id: 'queryIdentifiers',
  method: 'GET',
  path: '/api/v1/identifiers',
  permission: 'records.read',
  tag: 'Query',
  summary: 'The identifiers of a prefix, in order, page by page',
  query: {
    ...narrowing,
    status: { text: 'Only these', schema: Status },
    values: parameter.flag('With their values'),
    count: parameter.flag('With the number of all that match'),
    limit: parameter.whole('Identifiers a page', 1000),
    after: parameter.word('The last identifier of the page before'),
  },
  answers: { 200: { text: 'A page', schema: IdentifierPage } },
});

export const exportIdentifiers = operation({
  id: 'exportIdentifiers',
  method: 'GET',
  path: '/api/v1/export',
  permission: 'records.read',
  tag: 'Query',
  summary: 'The same as a file that can be imported again',
  query: {
    ...narrowing,
    format: { text: 'ndjson when absent', schema: Type.Union([Type.Literal('ndjson'), Type.Literal('csv')]) },
    columns: parameter.word('Of CSV: indexes, types or both, such as 1:URL,NAME'),
  },
  answers: { 200: { text: 'A line, or a row, an identifier', type: 'application/x-ndjson' } },
});
