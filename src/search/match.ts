import { typeFact } from './facts.ts';
import type { Reader } from './reader.ts';
import { PREFIX_MARK, quoteLexeme } from './terms.ts';

export type Add = (value: unknown) => string;

/** SQL conditions on `catalogue c` for one reader. */
export interface Match {
  /** The row matches a tsquery by what the reader may see of it. */
  query(tsquery: string): string;
  /** The reader sees the private values of the row. */
  readonly entitled: string;
}

/**
 * Private terms count only for rows of this node below the reader's scopes, and are not even looked at for a stranger. The
 * scopes are terms too, so one look into the index finds what matches and is his.
 */
export function matchFor({ scopes, isKey }: Reader, add: Add): Match {
  if (scopes.length === 0)
    return { query: (tsquery) => `c.public_terms @@ ${add(tsquery)}::tsquery`, entitled: 'false' };
  const whole = scopes.includes('');
  const marks = scopes.map((scope) => quoteLexeme(PREFIX_MARK + scope)).join(' | ');
  const judged = isKey ? ` and not (c.public_facts @> ${add(HEADS)} or c.private_facts @> ${add(HEADS)})` : '';
  const query = (tsquery: string) => {
    const scoped = whole ? tsquery : `(${tsquery}) & (${marks})`;
    return `(c.public_terms @@ ${add(tsquery)}::tsquery
      or c.private_terms @@ ${add(scoped)}::tsquery and c.source = ''${judged})`;
  };
  const below = whole
    ? 'true'
    : `exists (select from unnest(${add(scopes)}::text[]) s where c.prefix = s or starts_with(c.prefix, s || '.'))`;
  return { query, entitled: `(c.source = '' and ${below}${judged})` };
}

const HEADS = [typeFact('HS_ADMIN')];

/** Prefixes that are suspended or revoked here are left out, with all below them. */
export const WITHDRAWN = `withdrawn as materialized (select prefix from prefixes where status <> 'active')`;
export const STANDS = `not exists (
    select from withdrawn w where c.prefix = w.prefix or starts_with(c.prefix, w.prefix || '.'))`;
