import { type Static, Type } from 'typebox';

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
