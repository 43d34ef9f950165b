import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };
const length = Type.Optional(Type.Integer({ minimum: 0, maximum: 262_144 }));

/** One item of a template. */
export const TemplateItem = Type.Object(
  {
    index: Type.Integer({ minimum: 2000, maximum: 2_147_483_647 }),
    type: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,63}$' }),
    title: Type.Optional(Type.String({ maxLength: 255 })),
    kind: Type.Union(
      (['text', 'number', 'integer', 'boolean', 'date', 'datetime', 'url', 'reference'] as const).map((kind) =>
        Type.Literal(kind),
      ),
    ),
    required: Type.Optional(Type.Boolean()),
    minLength: length,
    maxLength: length,
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
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
