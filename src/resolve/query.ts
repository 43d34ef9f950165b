import { type Identifier, keyOf, suffixKey } from '../identifier/identifier.ts';
import { PREFIX_RECORDS, type Prefix, parsePrefix, whyInvalidPrefix } from '../identifier/prefix.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { Query } from './outcome.ts';

export interface QueryOptions {
  readonly authoritative: boolean;
  readonly recursive: boolean;
}

/** Prepares an identifier for resolution: folds it as its prefix says, if this node knows the prefix. */
export function createQuery(identifier: Identifier, prefixes: PrefixTable, options: QueryOptions): Query {
  const { text, prefix, suffix } = identifier;
  const place = placeOf(identifier);
  const folded = suffixKey(suffix, prefixes.suffixCase(prefix));
  const { authoritative, recursive } = options;
  return { text, prefix, place, suffixKey: folded, key: keyOf(prefix, folded), authoritative, recursive };
}

function placeOf({ prefix, suffix }: Identifier): Prefix {
  return prefix === PREFIX_RECORDS && whyInvalidPrefix(suffix) === null ? parsePrefix(suffix) : prefix;
}
