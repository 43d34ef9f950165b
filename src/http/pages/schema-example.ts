interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly minItems?: number;
}

/** Members that are optional one by one, and without which a body would say nothing. */
const TELLING = ['identifier', 'values'];
const VALUES = [{ index: 1, type: 'URL', data: 'https://example.com/pump-1' }];

/** A small value that suits a schema; `samples` by the name of the member. */
export function exampleOf(schema: unknown, samples: Readonly<Record<string, unknown>>): unknown {
  const { type, const: constant, anyOf, items, required = [], properties = {}, minimum = 1 } = schema as Schema;
  if (constant !== undefined) return constant;
  if (anyOf?.[0] !== undefined) return exampleOf(anyOf[0], samples);
  switch (type) {
    case 'object': {
      const members = Object.entries(properties).filter(([name]) => required.includes(name) || TELLING.includes(name));
      return Object.fromEntries(members.map(([name, one]) => [name, memberOf(name, one, samples)]));
    }
    case 'array':
      return items === undefined ? [] : [exampleOf(items, samples)];
    case 'integer':
    case 'number':
      return minimum;
    case 'boolean':
      return true;
    case 'string':
      return 'text';
    default:
      return VALUES;
  }
}

function memberOf(name: string, schema: Schema, samples: Readonly<Record<string, unknown>>): unknown {
  if (name === 'values') return VALUES;
  if (name === 'identifiers') return [samples.identifier];
  if (schema.type === 'string' && samples[name] !== undefined) return samples[name];
  return exampleOf(schema, samples);
}
