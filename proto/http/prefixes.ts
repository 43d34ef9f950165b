import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const closed = { additionalProperties: false };

export const PrefixStatus = Type.Union([Type.Literal('active'), Type.Literal('suspended'), Type.Literal('revoked')]);

/** Where a prefix is answered, and how. */
export const prefixPlace = {
  /** The base URL of a node, or a whole HS_SITE. Neither: it is hosted here. */
  url: Type.Optional(Type.String({ maxLength: 512 })),
  site: Type.Optional(Type.Unknown()),
  /** Of a `url`: hold the node to the key that it shows now. `true`: or fail; absent: if it shows one in time. */
  pin: Type.Optional(Type.Boolean()),
  /** Seconds a referral may be kept. */
  ttl: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
  /** How the suffixes below the prefix are compared. */
  suffixCase: Type.Optional(Type.Union([Type.Literal('insensitive'), Type.Literal('sensitive')])),
};

const settings = {
  ...prefixPlace,
  status: Type.Optional(PrefixStatus),
  /** A name for people. */
  label: Type.Optional(Type.String({ maxLength: 255 })),
};

/** Why: recorded in the audit log. */
const reason = Type.Optional(Type.String({ minLength: 1, maxLength: 500 }));

/** `PUT /api/v1/prefixes/{prefix}`. */
export const PrefixSettings = Type.Object({ ...settings, reason }, closed);
export type PrefixSettings = Static<typeof PrefixSettings>;

/** `POST /api/v1/prefixes`: many at once, all or none. */
export const PrefixList = Type.Object(
  {
    prefixes: Type.Array(Type.Object({ prefix: Type.String(), ...settings }, closed), { minItems: 1, maxItems: 1000 }),
    reason,
  },
  closed,
);
export type PrefixList = Static<typeof PrefixList>;

/** `PATCH /api/v1/prefixes/{prefix}`: only what is named changes. */
export const PrefixPatch = Type.Object(
  {
    status: settings.status,
    ttl: settings.ttl,
    label: settings.label,
    url: settings.url,
    site: settings.site,
    pin: settings.pin,
    reason,
  },
  { ...closed, minProperties: 1 },
);
export type PrefixPatch = Static<typeof PrefixPatch>;

export const Prefix = Type.Object({
  prefix: Type.String(),
  status: PrefixStatus,
  /** HS_SITE as JSON; null: hosted here. */
  site: Type.Unknown(),
  ttl: Type.Integer(),
  suffixCase: Type.String(),
  label: Type.String(),
  version: Type.Integer(),
  updatedAt: Type.String(),
});

const tag = 'Prefixes';

export const listPrefixes = operation({
  id: 'listPrefixes',
  method: 'GET',
  path: '/api/v1/prefixes',
  permission: 'prefixes.read',
  tag,
  summary: 'The prefixes of this node, by name, page by page',
  query: {
    after: parameter.word('The last prefix of the page before'),
    limit: parameter.whole('Prefixes a page', 1000),
  },
  answers: {
    200: {
      text: 'A page',
      schema: Type.Object({ prefixes: Type.Array(Prefix), next: Type.Union([Type.String(), Type.Null()]) }),
    },
  },
});

export const getPrefix = operation({
  id: 'getPrefix',
  method: 'GET',
  path: '/api/v1/prefixes/{+prefix}',
  permission: 'prefixes.read',
  tag,
  summary: 'One prefix',
  answers: { 200: { text: 'The prefix', schema: Prefix } },
});

export const putPrefix = operation({
  id: 'putPrefix',
  method: 'PUT',
  path: '/api/v1/prefixes/{+prefix}',
  permission: 'prefixes.govern',
  tag,
  summary: 'Allot a prefix: to a site, or to this node',
  body: PrefixSettings,
  answers: { 200: { text: 'Replaced', schema: Prefix }, 201: { text: 'Made', schema: Prefix } },
});

export const putPrefixes = operation({
  id: 'putPrefixes',
  method: 'POST',
  path: '/api/v1/prefixes',
  permission: 'prefixes.govern',
  tag,
  summary: 'Allot up to 1,000 prefixes, all or none',
  body: PrefixList,
  answers: {
    200: { text: 'How many', schema: Type.Object({ created: Type.Integer(), replaced: Type.Integer() }) },
  },
});

export const patchPrefix = operation({
  id: 'patchPrefix',
  method: 'PATCH',
  path: '/api/v1/prefixes/{+prefix}',
  permission: 'prefixes.govern',
  tag,
  summary: 'Change what is named: suspend, resume, revoke, move',
  body: PrefixPatch,
  answers: { 200: { text: 'The prefix', schema: Prefix } },
});
