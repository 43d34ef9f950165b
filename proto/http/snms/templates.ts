import { type Static, Type } from 'typebox';
import { operation } from '../operation.ts';
import { parameter } from '../parameters.ts';
import { envelopeOf, SnmsDone, SNMS_TAG as tag } from './envelope.ts';

const prefix = Type.String({ minLength: 1, maxLength: 64 });
const version = Type.String({ minLength: 1, maxLength: 128 });
const name = Type.String({ minLength: 1, maxLength: 255 });
/** Clients send numbers as texts, too. */
const number = Type.Union([
  Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
  Type.String({ pattern: '^[0-9]{1,10}$' }),
]);
const industry = Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()]));

export const SnmsTemplateItem = Type.Object({
  name,
  idType: Type.String({ minLength: 1, maxLength: 64 }),
  idIndex: Type.Optional(Type.Union([number, Type.Null()])),
  required: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  /** 0 disabled, 1 in use. */
  state: Type.Optional(Type.Union([number, Type.Null()])),
  metadata: Type.Object({
    type: Type.Optional(Type.Union([Type.String({ maxLength: 16 }), Type.Null()])),
    minLength: Type.Optional(number),
    maxLength: Type.Optional(number),
  }),
});
export type SnmsTemplateItem = Static<typeof SnmsTemplateItem>;

export const SnmsTemplate = Type.Object({
  prefix,
  version,
  /** GB/T 4754. */
  industryCategory: industry,
  industrySpecific: industry,
  industryTrade: industry,
  industrySubclass: industry,
  /** 1 an active carrier of identifiers, 2 another thing. */
  type: Type.Optional(Type.Union([number, Type.Null()])),
  description: Type.Optional(Type.Union([Type.String({ maxLength: 4000 }), Type.Null()])),
  items: Type.Array(SnmsTemplateItem, { minItems: 1, maxItems: 1000 }),
});
export type SnmsTemplate = Static<typeof SnmsTemplate>;

export const SnmsTemplateName = Type.Object({ prefix, version });
export type SnmsTemplateName = Static<typeof SnmsTemplateName>;

const text = Type.Union([Type.String(), Type.Null()]);
const shownItem = {
  name: Type.String(),
  idType: Type.String(),
  idIndex: Type.Integer(),
  required: Type.Boolean(),
  metadata: Type.Object({ type: Type.Literal('string'), minLength: Type.Integer(), maxLength: Type.Integer() }),
};
const shown = {
  prefix: Type.String(),
  version: Type.String(),
  ...{ industryCategory: text, industrySpecific: text, industryTrade: text, industrySubclass: text },
  type: Type.Integer(),
  description: text,
};

export const SnmsShownTemplateV3 = Type.Object({ ...shown, items: Type.Array(Type.Object(shownItem)) });
export const SnmsShownTemplate = Type.Object({
  ...shown,
  /** What records name as their template. */
  handle: Type.String(),
  items: Type.Array(Type.Object({ ...shownItem, state: Type.Union([Type.Literal(0), Type.Literal(1)]) })),
});
export type SnmsShownTemplate = Static<typeof SnmsShownTemplate>;

const query = {
  prefix: { ...parameter.word('Whose template'), required: true },
  version: { ...parameter.word('Its version'), required: true },
} as const;
const done = { 200: { text: 'Whether it was done', schema: SnmsDone } };
const V3 = '/snms/api/v3/template';
const V5 = '/snms/api/v5/template';

export const snmsGetTemplate = operation({
  id: 'snmsGetTemplate',
  method: 'GET',
  path: V5,
  permission: 'prefixes.read',
  tag,
  summary: 'One template',
  query,
  answers: { 200: { text: 'The template', schema: envelopeOf(SnmsShownTemplate) } },
});

export const snmsCreateTemplate = operation({
  id: 'snmsCreateTemplate',
  method: 'POST',
  path: V5,
  permission: 'templates.publish',
  tag,
  summary: 'Make a template',
  body: SnmsTemplate,
  answers: done,
});

export const snmsUpdateTemplate = operation({
  id: 'snmsUpdateTemplate',
  method: 'PUT',
  path: V5,
  permission: 'templates.publish',
  tag,
  summary: 'Change items of a template, or add some',
  body: SnmsTemplate,
  answers: done,
});

export const snmsDeleteTemplate = operation({
  id: 'snmsDeleteTemplate',
  method: 'DELETE',
  path: V5,
  permission: 'templates.publish',
  tag,
  summary: 'Take a template out of use',
  body: SnmsTemplateName,
  answers: done,
});

export const snmsGetTemplateV3 = operation({
  id: 'snmsGetTemplateV3',
  method: 'GET',
  path: V3,
  permission: 'prefixes.read',
  tag,
  summary: 'One template, as version 3 shows it',
  query,
  answers: { 200: { text: 'The template', schema: envelopeOf(SnmsShownTemplateV3) } },
});

export const snmsCreateTemplateV3 = operation({
  id: 'snmsCreateTemplateV3',
  method: 'POST',
  path: V3,
  permission: 'templates.publish',
  tag,
  summary: 'Make a template whose items are numbered in their order',
  body: SnmsTemplate,
  answers: done,
});

export const snmsDeleteTemplateV3 = operation({
  id: 'snmsDeleteTemplateV3',
  method: 'DELETE',
  path: V3,
  permission: 'templates.publish',
  tag,
  summary: 'Take a template out of use',
  body: SnmsTemplateName,
  answers: done,
});
