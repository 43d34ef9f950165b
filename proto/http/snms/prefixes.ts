import { type Static, Type } from 'typebox';
import { operation } from '../operation.ts';
import { parameter } from '../parameters.ts';
import { envelopeOf, SnmsDone, SNMS_TAG as tag } from './envelope.ts';

const text = Type.Union([Type.String(), Type.Null()]);

export const SnmsPrefix = Type.Object({
  prefix: Type.String(),
  /** `2020-02-07 11:45:35`, China's time. */
  createDate: Type.String(),
  ghrName: Type.String(),
  /** 0 out of use, 1 in use, 2 to be deleted, 3 sent back, 4 to be reviewed, 5 under review. */
  status: Type.Integer({ minimum: 0, maximum: 5 }),
  ...{ entNameCn: text, entWebSite: text, entIndustry: text, entAddrCn: text, entDesc: text },
});
export type SnmsPrefix = Static<typeof SnmsPrefix>;

export const SnmsPrefixLine = Type.Object({
  createDate: Type.String(),
  updateDate: Type.String(),
  entPrefix: Type.String(),
  entId: text,
  /** 0 out of use, 1 in use. */
  state: Type.Union([Type.Literal(0), Type.Literal(1)]),
  entName: text,
  /** 1 answered by a node of its own, 4 hosted here. */
  proxyState: Type.Union([Type.Literal(1), Type.Literal(4)]),
});
export type SnmsPrefixLine = Static<typeof SnmsPrefixLine>;

export const SnmsPrefixPage = Type.Object({
  first: Type.Boolean(),
  last: Type.Boolean(),
  totalPages: Type.Integer(),
  totalElements: Type.Integer(),
  /** This page, from 1. */
  number: Type.Integer(),
  size: Type.Integer(),
  sort: Type.Null(),
  numberOfElements: Type.Integer(),
  content: Type.Array(SnmsPrefixLine),
});
export type SnmsPrefixPage = Static<typeof SnmsPrefixPage>;

const port = Type.Optional(
  Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), Type.String({ pattern: '^[0-9]{0,5}$' }), Type.Null()]),
);

/** With `proxyServerId` the prefix is hosted here; without, it is answered at the address. */
export const SnmsEntConfig = Type.Object({
  proxyServerId: Type.Optional(Type.Union([Type.Integer(), Type.String({ maxLength: 20 }), Type.Null()])),
  entPrefixConfig: Type.Object({
    entPrefix: Type.String({ minLength: 1, maxLength: 64 }),
    hdlType: Type.Optional(Type.String({ maxLength: 255 })),
    ipType: Type.Optional(Type.Union([Type.Integer(), Type.String({ maxLength: 1 })])),
    ip: Type.Optional(Type.String({ maxLength: 255 })),
    ...{ tcpPort: port, udpPort: port, httpPort: port },
  }),
});
export type SnmsEntConfig = Static<typeof SnmsEntConfig>;

export const snmsQueryPrefix = operation({
  id: 'snmsQueryPrefix',
  method: 'GET',
  path: '/snms/api/prefix/query',
  permission: 'prefixes.read',
  tag,
  summary: 'One prefix and whose it is',
  query: { prefix: { ...parameter.word('The prefix'), required: true } },
  answers: { 200: { text: 'The prefix', schema: envelopeOf(SnmsPrefix) } },
});

export const snmsListPrefixes = operation({
  id: 'snmsListPrefixes',
  method: 'GET',
  path: '/snms/api/prefix/page',
  permission: 'prefixes.read',
  tag,
  summary: 'The prefixes that the caller may see, page by page',
  query: {
    entPrefix: parameter.word('This prefix'),
    entId: parameter.word('Of this organisation'),
    entName: parameter.word('Whose name holds this text'),
    state: parameter.word('0 out of use, 1 in use'),
    proxyState: parameter.word('1 answered elsewhere, 4 hosted here'),
    currentPage: parameter.whole('From 1', 100_000),
    pageSize: parameter.whole('Prefixes a page; 10 when absent', 100),
  },
  answers: { 200: { text: 'A page', schema: envelopeOf(SnmsPrefixPage) } },
});

export const snmsConfigureEnterprise = operation({
  id: 'snmsConfigureEnterprise',
  method: 'POST',
  path: '/snms/api/ent/config',
  permission: 'prefixes.govern',
  tag,
  summary: 'Say where an allotted prefix is answered',
  body: SnmsEntConfig,
  answers: { 200: { text: 'Whether it was done', schema: SnmsDone } },
});
