import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };

export const PrefixStatus = Type.Union([Type.Literal('active'), Type.Literal('suspended'), Type.Literal('revoked')]);

const settings = {
  /** Where the prefix is answered: the base URL of a node, or a whole HS_SITE. Neither: it is hosted here. */
  url: Type.Optional(Type.String({ maxLength: 512 })),
  site: Type.Optional(Type.Unknown()),
  status: Type.Optional(PrefixStatus),
  /** Seconds a referral may be kept. */
  ttl: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
  /** How the suffixes below the prefix are compared. */
  suffixCase: Type.Optional(Type.Union([Type.Literal('insensitive'), Type.Literal('sensitive')])),
  /** A name for people. */
  label: Type.Optional(Type.String({ maxLength: 255 })),
};

/** `PUT /api/v1/prefixes/{prefix}`. */
export const PrefixSettings = Type.Object(settings, closed);
export type PrefixSettings = Static<typeof PrefixSettings>;

/** `POST /api/v1/prefixes`: many at once, all or none. */
export const PrefixList = Type.Object(
  {
    prefixes: Type.Array(Type.Object({ prefix: Type.String(), ...settings }, closed), { minItems: 1, maxItems: 1000 }),
  },
  closed,
);
export type PrefixList = Static<typeof PrefixList>;

/** `PATCH /api/v1/prefixes/{prefix}`: only what is named changes. */
export const PrefixPatch = Type.Object(
  { status: settings.status, ttl: settings.ttl, label: settings.label, url: settings.url, site: settings.site },
  { ...closed, minProperties: 1 },
);
export type PrefixPatch = Static<typeof PrefixPatch>;
