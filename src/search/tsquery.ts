import type { Unit } from './parse-search.ts';
import { NAME_MARK, quoteLexeme } from './terms.ts';

export interface QueryForm {
  /** Only in names. */
  readonly inName: boolean;
  /** Words may go on where the query lets them. */
  readonly prefixes: boolean;
  /** Other spellings by term. */
  readonly spellings: ReadonlyMap<string, readonly string[]>;
}

/** Units as PostgreSQL reads a tsquery; '' when there are none. */
export function tsqueryOf(units: readonly Unit[], form: QueryForm): string {
  return units.map((unit) => `(${unitQuery(unit, form)})`).join(' & ');
}

/** None of the units. */
export function tsqueryWithout(units: readonly Unit[], form: QueryForm): string {
  return units.map((unit) => ` & !(${unitQuery(unit, form)})`).join('');
}

function unitQuery({ terms }: Unit, form: QueryForm): string {
  return terms
    .map(({ text, at, prefix }, i) => {
      const distance = i === 0 ? '' : ` <${at - (terms[i - 1]?.at ?? 0)}> `;
      const open = prefix && (form.prefixes || [...text].length === 1);
      const spellings = [text, ...(form.spellings.get(text) ?? [])];
      const lexemes = spellings.map((term) => quoteLexeme((form.inName ? NAME_MARK : '') + term) + (open ? ':*' : ''));
      return distance + (lexemes.length === 1 ? lexemes[0] : `(${lexemes.join(' | ')})`);
    })
    .join('');
}
