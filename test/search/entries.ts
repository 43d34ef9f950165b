import { parseIdentifier, suffixKey } from '../../src/identifier/identifier.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import type { Permissions } from '../../src/record/permissions.ts';
import type { Value } from '../../src/record/value.ts';
import type { CatalogueEntry } from '../../src/search/catalogue-entry.ts';

/** A value of text; `permissions` only where they are not the default. */
export type Field = readonly [type: string, text: string, permissions?: Permissions];

export function valuesOf(fields: readonly Field[]): Value[] {
  return fields.map(([type, value, permissions], i) => ({
    index: i + 1,
    type,
    data: { format: 'string', value },
    ...(permissions === undefined ? {} : { permissions }),
    ttl: 86_400,
    timestamp: '2026-01-02T03:04:05Z',
  }));
}

/** What the catalogue is told of an identifier of this node, unless `more` says otherwise. */
export function entryOf(text: string, fields: readonly Field[], more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const { prefix, suffix } = parseIdentifier(text);
  return {
    prefix,
    suffixKey: suffixKey(suffix, 'insensitive'),
    identifier: text,
    version: 1,
    source: '',
    values: valuesOf(fields),
    successor: null,
    owner: 'tester',
    updatedAt: '2026-01-02T03:04:05Z',
    ...more,
  };
}

export const prefix = (text: string) => text as Prefix;
