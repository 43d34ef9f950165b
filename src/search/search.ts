import type { Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { administratorValues } from '../record/select.ts';
import type { FacetRow } from './facet-sql.ts';
import { type Found, type FoundRow, findHits, type Position, RANKED } from './find-hits.ts';
import { type MarkedText, type MarkedValue, type Marker, markerOf, markText, markValues } from './highlight.ts';
import { parseSearch } from './parse-search.ts';
import type { Reader } from './reader.ts';
import { AS_SPELLED, planSearch, type SearchFilter, type Spellings } from './search-plan.ts';
import { findSpellings } from './spelling.ts';
import { piecesOf, tokensOf } from './tokens.ts';

/** With so few hits, other spellings are looked at, too. */
const FEW = 3;

export interface SearchRequest extends SearchFilter {
  readonly text: string;
  readonly reader: Reader;
  readonly after: Position | null;
  readonly limit: number;
  readonly withFacets: boolean;
}

export interface SearchHit {
  readonly identifier: string;
  readonly prefix: Prefix;
  readonly version: number;
  readonly template: string | null;
  readonly updatedAt: string;
  readonly name: MarkedText;
  /** Values that hold something of what was looked for. */
  readonly values: readonly MarkedValue[];
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  readonly count: number;
  /** There are more than were counted. */
  readonly atLeast: boolean;
  readonly facets: readonly FacetRow[];
  /** Words that were found in the place of what was asked. */
  readonly spellings: readonly { readonly asked: string; readonly used: readonly string[] }[];
  /** Where the next page begins; null: this is the last. */
  readonly next: Position | null;
}

/** Searches all that is known here, own records and those from below. Throws BAD_REQUEST when `text` cannot be looked for. */
export async function search(database: Queryable, request: SearchRequest): Promise<SearchAnswer> {
  const { text, reader, after, limit, withFacets } = request;
  const asked = { reader, after, limit: limit + 1, withFacets };
  let parsed = parseSearch(text);
  let spellings = AS_SPELLED;
  let found = await findHits(database, { ...asked, plan: planSearch(parsed, request, spellings) });
  for (const cut of ['words', 'runs'] as const) {
    if (found.count >= (cut === 'words' ? FEW : 1)) break;
    const again = parseSearch(text, cut);
    const near = await findSpellings(database, again.required, { found: found.count });
    if (near.size === 0) continue;
    parsed = again;
    spellings = near;
    found = await findHits(database, { ...asked, plan: planSearch(parsed, request, spellings) });
  }
  const rows = found.rows.slice(0, limit);
  return {
    hits: rows.map((row) => hitOf(row, markerOf(parsed.required, spellings))),
    ...countOf(found),
    spellings: usedSpellings(spellings, rows),
    next: found.rows.length > limit ? positionOf(rows.at(-1)) : null,
  };
}

function countOf({ count, facets }: Found) {
  return { count: Math.min(count, RANKED), atLeast: count > RANKED, facets };
}

function positionOf(row: FoundRow | undefined): Position | null {
  if (row === undefined) return null;
  const { rank, length, prefix, suffixKey } = row;
  return { rank, length, prefix, suffixKey };
}

function hitOf(row: FoundRow, marker: Marker): SearchHit {
  const { identifier, prefix, version, template, updatedAt, name } = row;
  const values = markValues(visibleValues(row), marker).filter(({ text }) => text !== name);
  return { identifier, prefix, version, template, updatedAt, name: markText(name, marker), values };
}

function visibleValues({ values, entitled }: FoundRow) {
  return entitled ? administratorValues(values) : values;
}

/** A word of the vocabulary may be from a record that has since become private: only what hits show is told. */
function usedSpellings(spellings: Spellings, rows: readonly FoundRow[]) {
  if (spellings.size === 0) return [];
  const shown = new Set<string>();
  for (const row of rows) {
    const texts = visibleValues(row).flatMap(({ data }) => (data.format === 'string' ? [data.value] : []));
    for (const text of [row.identifier, row.name, ...texts])
      for (const token of tokensOf(text))
        for (const piece of token.kind === 'run' ? piecesOf(token.text) : [token]) shown.add(piece.text);
  }
  return [...spellings].flatMap(([asked, words]) => {
    const used = words.filter((word) => shown.has(word));
    return used.length === 0 ? [] : [{ asked, used }];
  });
}
