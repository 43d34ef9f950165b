import type { Prefix } from '../identifier/prefix.ts';
import type { ParsedSearch, Unit } from './parse-search.ts';
import { PREFIX_MARK, quoteLexeme, TEMPLATE_MARK } from './terms.ts';
import { tsqueryOf, tsqueryWithout } from './tsquery.ts';

export interface SearchFilter {
  /** Only below this prefix; an industry and an organisation are prefixes, too. */
  readonly within: readonly Prefix[];
  readonly template: string | null;
}

export interface SearchPlan {
  /** tsqueries from the best match to the least: the first that a record meets is its rank. */
  readonly tiers: readonly string[];
  /** What the name alone must meet to be found first, and what any part of the record must meet. */
  readonly inName: string;
  readonly anywhere: string;
}

export type Spellings = ReadonlyMap<string, readonly string[]>;
export const AS_SPELLED: Spellings = new Map();

/** The words side by side before the words apart, name before other values, whole words before beginnings, these before other spellings. */
export function planSearch(parsed: ParsedSearch, filter: SearchFilter, spellings: Spellings): SearchPlan {
  const { required, excluded, typed } = parsed;
  const rest = marksOf(filter) + tsqueryWithout(excluded, { inName: false, prefixes: false, spellings: AS_SPELLED });
  const query = (units: readonly Unit[], form: Parameters<typeof tsqueryOf>[1]) => tsqueryOf(units, form) + rest;
  const open = required.some(({ terms }) => terms.some(({ prefix }) => prefix));
  const forms = [
    { inName: true, prefixes: false, spellings: AS_SPELLED },
    ...(open ? [{ inName: true, prefixes: true, spellings: AS_SPELLED }] : []),
    { inName: false, prefixes: false, spellings: AS_SPELLED },
    ...(open ? [{ inName: false, prefixes: true, spellings: AS_SPELLED }] : []),
    ...(spellings.size > 0 ? [{ inName: true, prefixes: true, spellings }] : []),
  ];
  const anywhere = query(required, { inName: false, prefixes: true, spellings });
  const side = query([typed], { inName: true, prefixes: true, spellings: AS_SPELLED });
  const tiers = [...new Set([side, ...forms.map((form) => query(required, form))])].filter((tier) => tier !== anywhere);
  return { tiers, inName: query(required, { inName: true, prefixes: false, spellings }), anywhere };
}

function marksOf({ within, template }: SearchFilter): string {
  const marks = within.map((prefix) => PREFIX_MARK + prefix);
  if (template !== null) marks.push(TEMPLATE_MARK + template);
  return marks.map((mark) => ` & ${quoteLexeme(mark)}`).join('');
}
