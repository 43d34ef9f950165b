import { type Static, Type } from 'typebox';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const closed = { additionalProperties: false };
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

/** `PUT /api/v1/standbys/{prefix}`. */
export const StandbySettings = Type.Object(
  {
    /** The base URL of a node, or a whole HS_SITE: one of both. */
    url: Type.Optional(Type.String({ maxLength: 512 })),
    site: Type.Optional(Type.Unknown()),
    /** Of a `url`: hold the node to the key that it shows now. `true`: or fail; absent: if it shows one in time. */
    pin: Type.Optional(Type.Boolean()),
    /** Take over without being told. */
    auto: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type StandbySettings = Static<typeof StandbySettings>;

export const Standby = Type.Object({
  prefix: Type.String(),
  /** HS_SITE as JSON. */
  site: Type.Unknown(),
  auto: Type.Boolean(),
  /** Where the prefix pointed before it was taken over; null: it is not. */
  primarySite: Type.Unknown(),
  takenAt: TextOrNull,
  updatedAt: Type.String(),
});

/** `POST /api/v1/takeovers`. */
export const NewTakeover = Type.Object(
  { prefix: Type.String({ maxLength: 128 }), reason: Type.Optional(Type.String({ maxLength: 500 })) },
  closed,
);

/** Where a prefix points now. */
export const Pointed = Type.Object({ prefix: Type.String(), site: Type.Unknown() });

export const MonitoringEvent = Type.Object({
  /** 事件编号 */
  id: Type.String(),
  prefix: Type.String(),
  state: Type.Union([Type.Literal('abnormal'), Type.Literal('recovered')]),
  /** 对应异常编号: the event that it ends. */
  ends: TextOrNull,
  /** 异常类型: 1 network, 2 system, 3 attack, 4 other. */
  type: Type.Integer(),
  reason: Type.String(),
  at: Type.String(),
});

export const ProbeRound = Type.Object({
  kind: Type.Union([Type.Literal('resolution'), Type.Literal('registration')]),
  at: Type.String(),
  tried: Type.Integer(),
  failed: Type.Integer(),
  /** Of the first that went well; 0: none did. */
  milliseconds: Type.Integer(),
  reason: TextOrNull,
});

const tag = 'Monitoring';

export const listStandbys = operation({
  id: 'listStandbys',
  method: 'GET',
  path: '/api/v1/standbys',
  permission: 'node.watch',
  tag,
  summary: 'The standby sites of prefixes, and which have taken over',
  answers: { 200: { text: 'By prefix', schema: Type.Object({ standbys: Type.Array(Standby) }) } },
});

export const putStandby = operation({
  id: 'putStandby',
  method: 'PUT',
  path: '/api/v1/standbys/{+prefix}',
  permission: 'prefixes.govern',
  tag,
  summary: 'Set the standby site of a delegated prefix',
  body: StandbySettings,
  answers: { 200: { text: 'Set', schema: Standby } },
});

export const deleteStandby = operation({
  id: 'deleteStandby',
  method: 'DELETE',
  path: '/api/v1/standbys/{+prefix}',
  permission: 'prefixes.govern',
  tag,
  summary: 'Have no standby site any more',
  answers: {
    200: { text: 'Unset', schema: Type.Object({ prefix: Type.String(), unset: Type.Literal(true) }) },
  },
});

export const takeOver = operation({
  id: 'takeOver',
  method: 'POST',
  path: '/api/v1/takeovers',
  permission: 'prefixes.govern',
  tag,
  summary: 'Point a prefix at its standby site',
  body: NewTakeover,
  answers: { 200: { text: 'Where it points now', schema: Pointed } },
});

export const giveBack = operation({
  id: 'giveBack',
  method: 'DELETE',
  path: '/api/v1/takeovers/{+prefix}',
  permission: 'prefixes.govern',
  tag,
  summary: 'Point a prefix at its own site again',
  answers: { 200: { text: 'Where it points now', schema: Pointed } },
});

export const listEvents = operation({
  id: 'listEvents',
  method: 'GET',
  path: '/api/v1/events',
  permission: 'node.watch',
  tag,
  summary: 'Emergencies of the nodes below, and their ends',
  query: { prefix: parameter.word('Only of this prefix'), limit: parameter.whole('Events at most', 1000) },
  answers: { 200: { text: 'The newest first', schema: Type.Object({ events: Type.Array(MonitoringEvent) }) } },
});

export const listProbes = operation({
  id: 'listProbes',
  method: 'GET',
  path: '/api/v1/probes/{+prefix}',
  permission: 'node.watch',
  tag,
  summary: 'The last probes of the node that answers for a prefix',
  answers: { 200: { text: 'The newest first', schema: Type.Object({ rounds: Type.Array(ProbeRound) }) } },
});
