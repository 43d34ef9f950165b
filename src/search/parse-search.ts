import { KapokError } from '../errors/kapok-error.ts';
import { piecesOf, type Token, tokensOf } from './tokens.ts';

export interface Term {
  readonly text: string;
  /** Places after the first term. */
  readonly at: number;
  /** A word may go on after it. */
  readonly prefix: boolean;
}

/** What a record must hold in one place: terms, each so many places after the first. */
export interface Unit {
  /** As it is compared. */
  readonly text: string;
  readonly terms: readonly Term[];
}

export interface ParsedSearch {
  /** All are required. The last may go on, when it is what somebody is still writing. */
  readonly required: readonly Unit[];
  readonly excluded: readonly Unit[];
  /** All that is required as it was typed, side by side. */
  readonly typed: Unit;
}

/** Whether a run of Chinese is cut into words, or is one word as it stands: where a slip makes words that are none. */
export type RunCut = 'words' | 'runs';

const MAX_CHARACTERS = 256;
const MAX_UNITS = 16;
/** Terms shorter than these are not taken for the beginning of a word: they begin too many. */
const SHORTEST_PREFIX = 3;
const SHORTEST_PREFIX_OF_SIZE = 2;
const SHORTEST_PREFIX_OF_NUMBER = 4;

const PART = /(?<=^|\s)(-?)(?:["“「]([^"”」]*)["”」]|(\S+))/gu;
/** Words that say nothing of a product; they count only where a query has no others, and in phrases. */
const STOP = new Set(['的', '了', '和', '与', '及', '之', 'the', 'of', 'and', 'for', 'with']);

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * `words "a phrase" -without begi`: all words are required, a phrase as it stands, none with a "-" may be there; the last word
 * may be a beginning. Chinese is cut into words, which may stand anywhere. Throws BAD_REQUEST when there is nothing to look
 * for, or too much.
 */
export function parseSearch(text: string, cut: RunCut = 'words'): ParsedSearch {
  if ([...text.slice(0, 2 * MAX_CHARACTERS + 1)].length > MAX_CHARACTERS)
    throw refused(`q has over ${MAX_CHARACTERS} characters`);
  const required: Unit[] = [];
  const excluded: Unit[] = [];
  for (const [, minus, phrase, words = ''] of text.normalize('NFC').matchAll(PART)) {
    const units = phrase === undefined ? unitsOf(words, cut) : phraseOf(phrase);
    (minus === '' ? required : excluded).push(...units);
  }
  const telling = required.filter((unit) => !STOP.has(unit.text));
  const kept = telling.length > 0 ? telling : required;
  if (kept.length === 0) throw refused('q names no word to look for');
  if (kept.length + excluded.length > MAX_UNITS) throw refused(`q has over ${MAX_UNITS} words`);
  const [whole] = phraseOf(kept.map((unit) => unit.text).join(' '));
  return { required: openLast(kept, text), excluded, typed: whole ?? { text: '', terms: [] } };
}

function refused(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at: 'q' });
}

/** A code such as SN-0001/A is found where its parts stand side by side. */
function unitsOf(text: string, cut: RunCut): Unit[] {
  const units: Unit[] = [];
  let code: Token[] = [];
  const endCode = () => {
    if (code.length > 0) units.push(unitOf(code));
    code = [];
  };
  for (const token of tokensOf(text.replace(/^https?:\/\//i, ''))) {
    if (token.kind === 'word') {
      code.push(token);
      continue;
    }
    endCode();
    for (const word of cut === 'words' ? wordsOf(token.text) : [token.text])
      units.push(unitOf([{ ...token, text: word }]));
  }
  endCode();
  return units;
}

function phraseOf(text: string): Unit[] {
  const tokens = [...tokensOf(text)];
  return tokens.length === 0 ? [] : [unitOf(tokens)];
}

/** The words of a run; single characters side by side are one word that the segmenter does not know. */
function wordsOf(run: string): string[] {
  const words: string[] = [];
  let unknown = '';
  for (const { segment } of segmenter.segment(run)) {
    if ([...segment].length === 1 && !STOP.has(segment)) {
      unknown += segment;
      continue;
    }
    if (unknown !== '') words.push(unknown);
    unknown = '';
    words.push(segment);
  }
  if (unknown !== '') words.push(unknown);
  return words;
}

function unitOf(tokens: readonly Pick<Token, 'kind' | 'text'>[]): Unit {
  const terms: Term[] = [];
  let at = 0;
  tokens.forEach(({ kind, text }) => {
    if (kind === 'word') {
      terms.push({ text, at, prefix: false });
      at += 1;
      return;
    }
    const pieces = piecesOf(text);
    // One character is found at the beginning of all pieces that hold it first; the last piece of a longer run says no more.
    const single = pieces.length === 1;
    for (const piece of single ? pieces : pieces.slice(0, -1))
      terms.push({ text: piece.text, at: at + piece.at, prefix: single });
    at += pieces.length;
  });
  return { text: tokens.map(({ text }) => text).join(' '), terms };
}

function shortestOf(word: string): number {
  if (/^\p{N}/u.test(word)) return SHORTEST_PREFIX_OF_NUMBER;
  return /\p{N}/u.test(word) ? SHORTEST_PREFIX_OF_SIZE : SHORTEST_PREFIX;
}

/** Nothing follows the last word: it may be the beginning of one. */
function openLast(units: readonly Unit[], text: string): Unit[] {
  const last = units.at(-1);
  const end = last?.terms.at(-1);
  if (last === undefined || end === undefined || !/[\p{L}\p{N}]$/u.test(text)) return [...units];
  const shortest = shortestOf(end.text);
  if (/\p{Script=Han}/u.test(end.text) || end.text.length < shortest) return [...units];
  const open = { ...last, terms: [...last.terms.slice(0, -1), { ...end, prefix: true }] };
  return [...units.slice(0, -1), open];
}
