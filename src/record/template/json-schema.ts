import type { Item, Kind, Template } from './template.ts';

/** What JSON Schema knows of each kind; the values of a record are texts. */
const KIND_SCHEMAS: Record<Kind, object> = {
  text: { type: 'string' },
  number: { type: 'string', pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$' },
  integer: { type: 'string', pattern: '^-?(0|[1-9][0-9]*)$' },
  boolean: { enum: ['true', 'false'] },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  url: { type: 'string', format: 'uri', pattern: '^[hH][tT][tT][pP][sS]?://' },
  file: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
  reference: { type: 'string', pattern: '^[^/]+/.+$' },
};

/** The items of a template as a schema of `{type: text}` (JSON Schema 2020-12), which is what `data` of a registration holds. */
export function jsonSchemaOf(id: string, version: number, { title, description, items }: Template) {
  const inUse = items.filter((item) => item.disabled !== true);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:kapok:template:${encodeURIComponent(id)}:${version}`,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    type: 'object',
    properties: Object.fromEntries(inUse.map((item) => [item.type, schemaOf(item)])),
    required: inUse.filter(({ required }) => required === true).map(({ type }) => type),
    additionalProperties: false,
  };
}

function schemaOf({ kind, title, minLength, maxLength, choices }: Item): object {
  return {
    ...KIND_SCHEMAS[kind],
    ...(title === undefined ? {} : { title }),
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(choices === undefined ? {} : { enum: choices }),
  };
}
