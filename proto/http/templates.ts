import { type Static, Type } from 'typebox';
import { FileTypeSchema, MAX_FILE_BYTES } from './files.ts';
import { operation } from './operation.ts';
import { parameter } from './parameters.ts';

const closed = { additionalProperties: false };
const length = Type.Optional(Type.Integer({ minimum: 0, maximum: 262_144 }));

/** One item of a template. */
export const TemplateItem = Type.Object(
  {
    index: Type.Integer({ minimum: 2000, maximum: 2_147_483_647 }),
    type: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$' }),
    title: Type.Optional(Type.String({ maxLength: 255 })),
    kind: Type.Union(
      (['text', 'number', 'integer', 'boolean', 'date', 'datetime', 'url', 'reference', 'file'] as const).map((kind) =>
        Type.Literal(kind),
      ),
    ),
    required: Type.Optional(Type.Boolean()),
    unique: Type.Optional(Type.Boolean()),
    minLength: length,
    maxLength: length,
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    /** Of a file. */
    fileTypes: Type.Optional(Type.Array(FileTypeSchema, { minItems: 1, maxItems: 16 })),
    maxSize: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FILE_BYTES })),
    choices: Type.Optional(Type.Array(Type.String({ maxLength: 255 }), { minItems: 1, maxItems: 1000 })),
    disabled: Type.Optional(Type.Boolean()),
  },
  closed,
);

/** `POST /api/v1/templates`: the first version of a template, or the next. */
export const NewTemplate = Type.Object(
  {
    /** `PREFIX/name`. */
    template: Type.String({ maxLength: 255 }),
    title: Type.Optional(Type.String({ maxLength: 255 })),
    description: Type.Optional(Type.String({ maxLength: 4000 })),
    items: Type.Array(TemplateItem, { minItems: 1, maxItems: 1000 }),
  },
  closed,
);
export type NewTemplate = Static<typeof NewTemplate>;

export const PublishedTemplate = Type.Object({
  template: Type.String(),
  version: Type.Integer(),
  /** RFC 3339, UTC. */
  createdAt: Type.String(),
  title: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  items: Type.Array(Type.Unknown()),
});
export type PublishedTemplate = Static<typeof PublishedTemplate>;

const tag = 'Templates';
const version = parameter.whole('This version; the newest when absent', 2_147_483_647);
const published = { text: 'The template', schema: PublishedTemplate };

export const publishTemplate = operation({
  id: 'publishTemplate',
  method: 'POST',
  path: '/api/v1/templates',
  permission: 'templates.publish',
  tag,
  summary: 'Publish the first or the next version of a template',
  body: NewTemplate,
  answers: { 201: published, 200: { ...published, text: 'The newest version says the same' } },
});

export const listTemplates = operation({
  id: 'listTemplates',
  method: 'GET',
  path: '/api/v1/templates',
  permission: 'public',
  tag,
  summary: 'The newest version of each template of a prefix',
  query: { prefix: { ...parameter.word('Whose templates'), required: true } },
  answers: { 200: { text: 'By name', schema: Type.Object({ templates: Type.Array(PublishedTemplate) }) } },
});

export const getTemplate = operation({
  id: 'getTemplate',
  method: 'GET',
  path: '/api/v1/templates/{+template}',
  permission: 'public',
  tag,
  summary: 'One template',
  query: { version },
  answers: { 200: published },
});

export const getTemplateSchema = operation({
  id: 'getTemplateSchema',
  method: 'GET',
  path: '/api/v1/schemas/{+template}',
  permission: 'public',
  tag,
  summary: 'The template as JSON Schema of the data of a registration',
  query: { version },
  answers: { 200: { text: 'JSON Schema 2020-12', type: 'application/schema+json' } },
});
