import type { Prefix } from '../identifier/prefix.ts';
import type { Frequencies } from './frequencies.ts';
import type { ParsedSearch, Term, Unit } from './parse-search.ts';
import { PREFIX_MARK, quoteLexeme, TEMPLATE_MARK } from './terms.ts';
import { AS_SPELLED, type QueryForm, type Spellings, termQuery, tsqueryOf, tsqueryWithout } from './tsquery.ts';

export interface SearchFilter {
  /** Only below this prefix; an industry and an organisation are prefixes, too. */
  readonly within: readonly Prefix[];
  /** Nothing below these. */
  readonly without: readonly Prefix[];
  readonly template: string | null;
}

export interface SearchPlan {
  /** tsqueries from the best match to the least: the first that a record meets is its rank. */
  readonly tiers: readonly string[];
  /** What the name alone must meet to be found first; null: names are not looked at by themselves, for the words are guessed. */
  readonly inName: Sieve | null;
  /** What any part of the record must meet. */
  readonly anywhere: Sieve;
  /** The index is asked for one term: the planner knows how frequent it is, and may choose to read the table until there are enough. */
  readonly single: boolean;
}

/**
 * A tsquery, and the wider one of what the index finds without looking at a row. They are the same where no words must stand
 * side by side.
 */
export interface Sieve {
  readonly coarse: string;
  readonly fine: string;
}

/** A term of so many records is common: together with its neighbours it costs more to look up than it tells. */
const COMMON = 20_000;
/** What this share of all records have tells so little that the rows are asked instead, where the index is asked for something else. */
const USUAL = 0.25;

/** The words side by side before the words apart, name before other values, whole words before beginnings, these before other spellings. */
export function planSearch(parsed: ParsedSearch, filter: SearchFilter, known: Known): SearchPlan {
  const { required, excluded, typed } = parsed;
  const { spellings } = known;
  const plain = { inName: false, prefixes: false, spellings: AS_SPELLED };
  const marks = [...marksOf(filter), ...withoutOf(filter)].map((mark) => ` & ${mark}`).join('');
  const query = (units: readonly Unit[], form: QueryForm) =>
    tsqueryOf(units, form) + marks + tsqueryWithout(excluded, plain);
  const asked = chooseFactors(parsed, filter, known);
  const coarsely =
    withoutOf(filter)
      .map((mark) => ` & ${mark}`)
      .join('') + tsqueryWithout(excluded.filter(isOne), plain);
  const every = { terms: withoutVague(required.flatMap(({ terms }) => terms)), marks: marksOf(filter) };
  const sieve = (form: QueryForm) => {
    const fine = query(required, form);
    // What is usual in records may be rare in names.
    const { terms, marks } = form.inName ? every : asked;
    const factors = [...terms.map((term) => termQuery(term, form)), ...marks];
    return { coarse: asked.all && excluded.every(isOne) ? fine : factors.join(' & ') + coarsely, fine };
  };
  const name = { ...plain, inName: true };
  const open = required.some(({ terms }) => terms.some(({ prefix }) => prefix));
  const tiers = [
    query([typed], { ...name, prefixes: true }),
    query(required, name),
    ...(open ? [query(required, { ...name, prefixes: true })] : []),
    query(required, plain),
    ...(open ? [query(required, { ...plain, prefixes: true })] : []),
    ...(spellings.size > 0 ? [query(required, { ...name, prefixes: true, spellings })] : []),
  ];
  const anywhere = sieve({ ...plain, prefixes: true, spellings });
  return {
    tiers: [...new Set(tiers)].filter((tier) => tier !== anywhere.fine),
    inName: spellings.size === 0 ? sieve(name) : null,
    anywhere,
    single: asked.one && excluded.length === 0,
  };
}

/**
 * A word of many records is taken for the whole word, though it may go on: its beginnings would rank behind the records that it
 * has, and of a million records the index takes ten times as long to find them with it.
 */
export function closeCommon(parsed: ParsedSearch, { documents }: Frequencies): ParsedSearch {
  const isCommon = ({ text, prefix }: Term) => prefix && (documents.get(text) ?? 0) >= COMMON;
  if (!parsed.required.some(({ terms }) => terms.some(isCommon))) return parsed;
  const close = (term: Term) => (isCommon(term) ? { ...term, prefix: false } : term);
  return { ...parsed, required: parsed.required.map((unit) => ({ ...unit, terms: unit.terms.map(close) })) };
}

export interface Known {
  readonly spellings: Spellings;
  readonly frequencies: Frequencies;
}

interface Factors {
  readonly terms: readonly Term[];
  readonly marks: readonly string[];
  /** Nothing is left for the rows to tell. */
  readonly all: boolean;
  /** There is one term and nothing else. */
  readonly one: boolean;
}

/** What the index is asked for: what is cheap to look up and tells something. */
function chooseFactors({ required }: ParsedSearch, filter: SearchFilter, known: Known): Factors {
  const { rows, documents } = known.frequencies;
  const all = required.flatMap(({ terms }) => terms);
  const telling = withoutVague(required.flatMap((unit) => tellingTerms(unit, known)));
  const isUsual = (count: number) => count >= Math.max(COMMON, rows * USUAL);
  const named = markNames(filter);
  const rareMarks = named.filter((mark) => !isUsual(documents.get(mark) ?? 0));
  const rareTerms = telling.filter((term) => !isUsual(documentsOf(term, known)));
  const some = rareTerms.length + rareMarks.length > 0;
  const terms = some ? rareTerms : telling.slice(0, 1);
  const marks = (some ? rareMarks : []).map(quoteLexeme);
  const whole = required.every(isOne) && terms.length === all.length && marks.length === named.length;
  return { terms, marks, all: whole, one: terms.length === 1 && marks.length === 0 };
}

function isOne({ terms }: Unit): boolean {
  return terms.length === 1;
}

/** The index answers slowly to a short beginning, for it begins many terms: rows are asked instead, where there is another term. */
function withoutVague(terms: readonly Term[]): readonly Term[] {
  const clear = terms.filter(({ text, prefix }) => !prefix || [...text].length > 2);
  return clear.length > 0 ? clear : terms;
}

/** Terms of a unit by which the index is asked: all, but the rarest alone where even that is common. */
function tellingTerms({ terms }: Unit, known: Known): readonly Term[] {
  const rarest = terms.reduce(
    (least, term) => (documentsOf(term, known) < documentsOf(least, known) ? term : least),
    terms[0] as Term,
  );
  return documentsOf(rarest, known) < COMMON ? terms : [rarest];
}

function documentsOf({ text }: Term, { spellings, frequencies }: Known): number {
  const words = [text, ...(spellings.get(text) ?? [])];
  return words.reduce((sum, word) => sum + (frequencies.documents.get(word) ?? 0), 0);
}

export function markNames({ within, template }: Pick<SearchFilter, 'within' | 'template'>): string[] {
  return [...within.map((prefix) => PREFIX_MARK + prefix), ...(template === null ? [] : [TEMPLATE_MARK + template])];
}

function marksOf(filter: SearchFilter): string[] {
  return markNames(filter).map(quoteLexeme);
}

function withoutOf({ without }: SearchFilter): string[] {
  return without.map((prefix) => `!${quoteLexeme(PREFIX_MARK + prefix)}`);
}
