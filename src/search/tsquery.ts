import type { Term, Unit } from './parse-search.ts';
import { NAME_MARK, quoteLexeme } from './terms.ts';

/** Words that may stand for a term of the query. */
export type Spellings = ReadonlyMap<string, readonly string[]>;
export const AS_SPELLED: Spellings = new Map();

export interface QueryForm {
  /** Only in names. */
  readonly inName: boolean;
  /** Words may go on where the query lets them. */
  readonly prefixes: boolean;
  /** Other spellings by term. */
  readonly spellings: Spellings;
}

/** Units as PostgreSQL reads a tsquery; '' when there are none. */
export function tsqueryOf(units: readonly Unit[], form: QueryForm): string {
  return units.map((unit) => `(${unitQuery(unit, form)})`).join(' & ');
}

/** None of the units. */
export function tsqueryWithout(units: readonly Unit[], form: QueryForm): string {
  return units.map((unit) => ` & !(${unitQuery(unit, form)})`).join('');
}

/** One term with its other spellings. */
export function termQuery({ text, prefix }: Term, form: QueryForm): string {
  const open = prefix && (form.prefixes || [...text].length === 1);
  const spellings = [text, ...(form.spellings.get(text) ?? [])];
  const lexemes = spellings.map((term) => quoteLexeme((form.inName ? NAME_MARK : '') + term) + (open ? ':*' : ''));
  return lexemes.length === 1 ? String(lexemes[0]) : `(${lexemes.join(' | ')})`;
}

function unitQuery({ terms }: Unit, form: QueryForm): string {
  return terms
    .map((term, i) => (i === 0 ? '' : ` <${term.at - (terms[i - 1]?.at ?? 0)}> `) + termQuery(term, form))
    .join('');
}
