import type { Database, Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { administratorValues } from '../record/select.ts';
import type { FacetRow } from './facet-sql.ts';
import { type FoundRow, findHits, type Position } from './find-hits.ts';
import { readFrequencies } from './frequencies.ts';
import { type MarkedText, type MarkedValue, type Marker, markerOf, markText, markValues } from './highlight.ts';
import { type ParsedSearch, parseSearch } from './parse-search.ts';
import type { Reader } from './reader.ts';
import { closeCommon, markNames, planSearch, type SearchFilter } from './search-plan.ts';
import { findSpellings } from './spelling.ts';
import { piecesOf, tokensOf } from './tokens.ts';
import { AS_SPELLED, type Spellings } from './tsquery.ts';

/** With so few hits, other spellings are looked at, too. */
const FEW = 3;

export interface SearchRequest extends Omit<SearchFilter, 'without'> {
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
export async function search(database: Database, request: SearchRequest): Promise<SearchAnswer> {
  const parsed = parseSearch(request.text);
  return database.transaction(async (tx) => {
    const without = await prepare(tx);
    return searchIn(tx, { ...request, without, parsed });
  });
}

const PREPARE = {
  name: 'search_prepare',
  text: `select set_config('statement_timeout', '10s', true), set_config('work_mem', '32MB', true),
    array(select prefix from prefixes where status <> 'active' order by prefix limit $1) as withdrawn`,
};
/** Withdrawn prefixes that the query itself leaves out; rows of further ones are left out when they are read. */
const LEFT_OUT = 50;

async function prepare(tx: Queryable): Promise<Prefix[]> {
  const [row] = await tx.query<{ withdrawn: Prefix[] }>(PREPARE, [LEFT_OUT]);
  return row?.withdrawn ?? [];
}

async function searchIn(
  tx: Queryable,
  request: SearchRequest & { without: readonly Prefix[]; parsed: ParsedSearch },
): Promise<SearchAnswer> {
  const { text, reader, after, limit, withFacets } = request;
  const asked = { reader, after, limit: limit + 1, withFacets };
  let { parsed } = request;
  let spellings = AS_SPELLED;
  const terms = parsed.required.flatMap((unit) => unit.terms.map((term) => term.text));
  const frequencies = await readFrequencies(tx, [...terms, ...markNames(request)]);
  const closed = closeCommon(parsed, frequencies);
  let found = await findHits(tx, { ...asked, plan: planSearch(closed, request, { spellings, frequencies }) });
  for (const cut of ['words', 'runs'] as const) {
    if (found.count >= (cut === 'words' ? FEW : 1)) break;
    const again = parseSearch(text, cut);
    if (cut === 'runs' && again.required.length === parsed.required.length) break;
    const near = await findSpellings(tx, again.required, { found: found.count });
    if (near.spellings.size === 0) continue;
    parsed = again;
    spellings = near.spellings;
    const documents = new Map([...frequencies.documents, ...near.documents]);
    const known = { spellings, frequencies: { ...frequencies, documents } };
    found = await findHits(tx, { ...asked, plan: planSearch(closeCommon(parsed, frequencies), request, known) });
  }
  if (found.count < FEW && spellings.size === 0 && closed !== parsed)
    found = await findHits(tx, { ...asked, plan: planSearch(parsed, request, { spellings, frequencies }) });
  const rows = found.rows.slice(0, limit);
  return {
    hits: rows.map((row) => hitOf(row, markerOf(parsed.required, spellings))),
    count: found.count,
    atLeast: found.atLeast,
    facets: found.facets,
    spellings: usedSpellings(spellings, rows),
    next: found.rows.length > limit ? positionOf(rows.at(-1)) : null,
  };
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
