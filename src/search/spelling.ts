import type { Queryable } from '../database/database.ts';
import type { Unit } from './parse-search.ts';
import { isCorrectable } from './terms.ts';
import { nearOf } from './vocabulary.ts';

/** Terms of a query that are looked at, and words that each may stand for. */
const MAX_TERMS = 8;
const MAX_CANDIDATES = 200;
const MAX_SPELLINGS = 6;
/** Two slips are forgiven in a word this long. */
const LONG = 8;

const NEAR = {
  name: 'near_words',
  text: `select q.term as asked, v.term, v.documents
    from unnest($1::text[], $2::json[]) as q(term, near)
    cross join lateral (
      select term, documents from vocabulary
      where near && array(select json_array_elements_text(q.near)) order by documents desc limit ${MAX_CANDIDATES}
    ) as v`,
};

type NearRow = { asked: string; term: string; documents: number };

/**
 * Usual words for terms of a query that no record uses, or, when all are used and yet nothing was found, for each of them:
 * the words of the vocabulary that are one slip away (two in long words), the most usual first.
 */
export async function findSpellings(
  database: Queryable,
  units: readonly Unit[],
  { found }: { found: number },
): Promise<{ spellings: Map<string, string[]>; documents: Map<string, number> }> {
  const asked = [...new Set(units.flatMap(({ terms }) => terms.map(({ text }) => text)))].filter(isCorrectable);
  const terms = asked.slice(0, MAX_TERMS);
  const none = { spellings: new Map<string, string[]>(), documents: new Map<string, number>() };
  if (terms.length === 0) return none;
  const rows = await database.query<NearRow>(NEAR, [terms, terms.map((term) => JSON.stringify(nearOf(term)))]);
  const used = new Set(rows.filter(({ asked, term }) => asked === term).map(({ asked }) => asked));
  const wrong = terms.filter((term) => !used.has(term));
  const { spellings, documents: counts } = none;
  for (const { term, documents } of rows) counts.set(term, documents);
  for (const term of wrong.length > 0 || found > 0 ? wrong : terms) {
    const near = rows.filter((row) => row.asked === term && row.term !== term).flatMap((row) => rate(term, row));
    near.sort((a, b) => a.slips - b.slips || b.documents - a.documents);
    if (near.length > 0)
      spellings.set(
        term,
        near.slice(0, MAX_SPELLINGS).map(({ word }) => word),
      );
  }
  return none;
}

function rate(term: string, { term: word, documents }: NearRow) {
  const slips = slipsBetween([...term], [...word]);
  return slips <= (term.length >= LONG ? 2 : 1) ? [{ word, documents, slips }] : [];
}

/** Characters left out, put in, replaced, or two exchanged (the optimal string alignment distance). */
export function slipsBetween(a: readonly string[], b: readonly string[]): number {
  let before: number[] = [];
  let last = b.map((_, j) => j).concat(b.length);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (exchanged) slips = Math.min(slips, (before[j - 2] ?? 0) + 1);
      row.push(slips);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
