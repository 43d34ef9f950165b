import { type FoldedText, foldText } from './fold-text.ts';

/** A run of characters that are written without spaces between words, or a word of letters and digits. */
export interface Token {
  readonly kind: 'run' | 'word';
  readonly text: string;
  /** In the original text, UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

const UNSPACED = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー]';
const TOKEN = new RegExp(`(${UNSPACED}+)|(?:(?!${UNSPACED})[\\p{L}\\p{N}\\p{M}])+`, 'gu');

/** A longer word, such as a key, is known by its beginning. */
export const MAX_WORD = 64;

/** A code such as `SN-0001/A` comes in its parts: `sn`, `0001`, `a`. */
export function* tokensOf(text: string): Generator<Token> {
  const { text: folded, at } = foldText(text);
  yield* tokensOfFolded({ text: folded, at });
}

export function* tokensOfFolded({ text, at }: FoldedText): Generator<Token> {
  for (const match of text.matchAll(TOKEN)) {
    const [whole, run] = match;
    const kind = run === undefined ? 'word' : 'run';
    const end = match.index + whole.length;
    yield {
      kind,
      text: kind === 'word' ? whole.slice(0, MAX_WORD) : whole,
      start: at[match.index] ?? 0,
      end: at[end] ?? 0,
    };
  }
}

/** The two-character pieces of a run, by which any word of two characters in it is found, and its last character alone. */
export function piecesOf(run: string): { text: string; at: number }[] {
  const characters = [...run];
  return characters.map((character, at) => ({ text: character + (characters[at + 1] ?? ''), at }));
}
