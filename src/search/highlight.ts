import type { Value } from '../record/value.ts';
import type { Unit } from './parse-search.ts';
import { tokensOf } from './tokens.ts';

/** From and to, in UTF-16 units of the text they belong to. */
export type Mark = readonly [start: number, end: number];

export interface MarkedText {
  readonly text: string;
  readonly marks: readonly Mark[];
}

export interface MarkedValue extends MarkedText {
  readonly index: number;
  readonly type: string;
}

/** Values shown with a hit, and characters of each: around the first mark when it is longer. */
const MAX_MARKED = 5;
const EXCERPT = 160;
const BEFORE_MARK = 40;
const MAX_TEXT = 2_000;

/** Words, and beginnings of words, that are marked. */
export interface Marker {
  readonly words: ReadonlySet<string>;
  readonly beginnings: readonly string[];
}

export function markerOf(units: readonly Unit[], spellings: ReadonlyMap<string, readonly string[]>): Marker {
  const terms = units.flatMap(({ terms }) => terms);
  const words = new Set(terms.flatMap(({ text }) => [text, ...(spellings.get(text) ?? [])]));
  return { words, beginnings: terms.flatMap(({ text, prefix }) => (prefix ? [text] : [])) };
}

export function markText(text: string, marker: Marker): MarkedText {
  const marks: [number, number][] = [];
  const add = (start: number, end: number) => {
    const last = marks.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else marks.push([start, end]);
  };
  for (const token of tokensOf(text.slice(0, MAX_TEXT))) {
    if (token.kind === 'word') {
      const begun = marker.beginnings.find((beginning) => token.text.startsWith(beginning));
      if (marker.words.has(token.text)) add(token.start, token.end);
      else if (begun !== undefined) add(token.start, Math.min(token.end, token.start + begun.length));
      continue;
    }
    let at = token.start;
    const characters = [...token.text];
    characters.forEach((character, i) => {
      const pair = character + (characters[i + 1] ?? '');
      if (marker.words.has(pair)) add(at, Math.min(token.end, at + pair.length));
      else if (marker.beginnings.includes(character)) add(at, Math.min(token.end, at + character.length));
      at += character.length;
    });
  }
  return { text, marks };
}

/** The values with something to mark, each cut to what is around its first mark. */
export function markValues(values: readonly Value[], marker: Marker): MarkedValue[] {
  const marked: MarkedValue[] = [];
  for (const { index, type, data } of values) {
    if (data.format !== 'string') continue;
    const text = markText(data.value, marker);
    if (text.marks.length > 0) marked.push({ index, type, ...excerptOf(text) });
    if (marked.length === MAX_MARKED) break;
  }
  return marked;
}

function excerptOf({ text, marks }: MarkedText): MarkedText {
  if (text.length <= EXCERPT) return { text, marks };
  const from = startOfCharacter(text, Math.max(0, (marks[0]?.[0] ?? 0) - BEFORE_MARK));
  const to = startOfCharacter(text, Math.min(text.length, from + EXCERPT));
  const inside = marks.filter(([start, end]) => start >= from && end <= to);
  return { text: text.slice(from, to), marks: inside.map(([start, end]) => [start - from, end - from] as const) };
}

/** Never in the middle of a surrogate pair. */
function startOfCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
