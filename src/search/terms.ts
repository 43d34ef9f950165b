import { piecesOf, tokensOf } from './tokens.ts';

/** Marks a term as one of the name, so that records which are called so are found without looking at the others. */
export const NAME_MARK = '=';
/** A term that says where the record belongs: never made from a text, for no word holds these characters. */
export const PREFIX_MARK = '@';
export const TEMPLATE_MARK = '#';

/** Characters of one value, and terms of one record, that can be found. */
const MAX_TEXT = 2_000;
const MAX_TERMS = 4_000;
/** PostgreSQL keeps no more positions of a lexeme, nor higher ones. */
const MAX_POSITIONS = 255;
/** So far apart that no phrase reaches from one value into the next. */
const BETWEEN_VALUES = 64;

/** The terms of one record with their positions, to become a tsvector. */
export class Terms {
  readonly #positions = new Map<string, number[]>();
  #next = 1;
  #count = 0;

  /** Adds the words of a text; those of a name also under the mark of names. */
  addText(text: string, as: 'name' | 'value'): void {
    for (const { kind, text: token } of tokensOf(text.slice(0, MAX_TEXT))) {
      const pieces = kind === 'run' ? piecesOf(token) : [{ text: token, at: 0 }];
      for (const piece of pieces) {
        if (++this.#count > MAX_TERMS) return;
        this.#add(piece.text, this.#next);
        if (as === 'name') this.#add(NAME_MARK + piece.text, this.#next);
        this.#next++;
      }
    }
    this.#next += BETWEEN_VALUES;
  }

  addMark(term: string): void {
    this.#positions.set(term, []);
  }

  /** The terms whose frequency is kept: words that a spelling can be corrected to, and where the record belongs. */
  counted(): string[] {
    return [...this.#positions.keys()].filter((term) => isMark(term) || isCorrectable(term));
  }

  /** As PostgreSQL reads a tsvector. */
  toString(): string {
    const lexemes: string[] = [];
    for (const [term, positions] of this.#positions) {
      lexemes.push(positions.length === 0 ? quoteLexeme(term) : `${quoteLexeme(term)}:${positions.join(',')}`);
    }
    return lexemes.join(' ');
  }

  #add(term: string, position: number): void {
    const positions = this.#positions.get(term);
    if (positions === undefined) this.#positions.set(term, [position]);
    else if (positions.length < MAX_POSITIONS) positions.push(position);
  }
}

function isMark(term: string): boolean {
  return term.startsWith(PREFIX_MARK) || term.startsWith(TEMPLATE_MARK);
}

/** A lexeme as tsvector and tsquery are written. */
export function quoteLexeme(term: string): string {
  return `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Two characters of Chinese or a word of letters: a slip in a number makes another number. */
export function isCorrectable(term: string): boolean {
  return /^(?:\p{Script=Han}{2}|\p{L}{4,32})$/u.test(term);
}
