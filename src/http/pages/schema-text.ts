interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
}

/** A schema as one reads it: `{ identifier: string, version?: integer }`. */
export function schemaText(schema: unknown, indent = ''): string {
  const { type, const: constant, enum: words, anyOf, items, required = [], properties } = schema as Schema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (words !== undefined) return words.map((word) => JSON.stringify(word)).join(' | ');
  if (anyOf !== undefined) return anyOf.map((one) => schemaText(one, indent)).join(' | ');
  if (type === 'array') return items === undefined ? 'any[]' : `${bracketed(schemaText(items, indent))}[]`;
  if (type === 'object') {
    if (properties === undefined) return '{ … }';
    const members = Object.entries(properties).map(
      ([name, one]) => `${indent}  ${name}${required.includes(name) ? '' : '?'}: ${schemaText(one, `${indent}  `)}`,
    );
    return `{\n${members.join('\n')}\n${indent}}`;
  }
  return `${type ?? 'any'}${boundsOf(schema as Schema)}`;
}

function bracketed(text: string): string {
  return text.includes(' | ') && !text.startsWith('{') ? `(${text})` : text;
}

function boundsOf({ minimum, maximum, maxLength, format }: Schema): string {
  if (format !== undefined) return ` (${format})`;
  if (maxLength !== undefined) return ` (≤ ${maxLength})`;
  if (minimum === undefined && maximum === undefined) return '';
  return ` (${minimum ?? ''}…${maximum === Number.MAX_SAFE_INTEGER ? '' : (maximum ?? '')})`;
}
