import { foldCase } from '../../identifier/fold.ts';
import type { SuffixCase } from '../../identifier/identifier.ts';
import { luhn, mod37 } from '../mint/check-character.ts';
import { assertKnown, isPlain, MAX_WIDTH, type Place, readPieces, refused } from '../mint/pattern.ts';
import type { Piece } from '../mint/places.ts';

/** What a suffix says at the places of a pattern, by their names, and the suffix as the pattern spells it. */
export interface Parts {
  readonly suffix: string;
  /** The number of the counter; 0 for a pattern without one. */
  readonly number: number;
  readonly named: ReadonlyMap<string, string>;
}

const NAMED = /^[a-z][a-z0-9_]{0,31}$/;
/** What means something else, in patterns or in texts of values. */
const RESERVED = ['identifier', 'prefix', 'suffix', 'counter', 'uuid', 'date', 'luhn', 'mod37'];
const MAX_PART = 64;

/**
 * A pattern of `mint/pattern.ts`, read the other way round: it knows the suffixes that it makes. Besides, `{plant:2}` stands
 * for two letters or digits that values may name. A suffix is cut by lengths alone, so that a look-up costs its length,
 * whatever it holds: every place is of one width but a `{counter}` without one, whose width is what is left.
 */
export class SerialPattern {
  readonly text: string;
  /** What every suffix of it begins with. */
  readonly start: string;
  readonly names: readonly string[];
  /** The largest number that its counter holds; 0 without a counter. */
  readonly largest: number;
  readonly #pieces: readonly Piece[];
  readonly #fixed: number;
  readonly #varies: boolean;

  /** Throws BAD_REQUEST with the reason. */
  constructor(text: string) {
    this.text = text;
    this.#pieces = readPieces(text);
    const places = this.#pieces.filter((piece) => piece.kind === 'place') as Place[];
    for (const place of places) assertKnown(place, isPlain(place) || isPart(place));
    const telling = places.filter(({ name }) => name !== 'luhn' && name !== 'mod37');
    this.names = telling.map(({ name }) => name);
    const twice = this.names.find((name, i) => this.names.indexOf(name) !== i);
    if (twice !== undefined) throw refused(`has the place {${twice}} twice`);
    if (telling.length === 0) throw refused('has no place that varies: it stands for one suffix');
    const counter = places.find(({ name }) => name === 'counter');
    this.largest = counter === undefined ? 0 : 10 ** (counter.width ?? MAX_WIDTH) - 1;
    this.#varies = places.some(isLoose);
    this.#fixed = this.#pieces.reduce((sum, piece) => sum + widthOf(piece), 0);
    const [first] = this.#pieces;
    this.start = first?.kind === 'text' ? first.text : '';
  }

  /** What a suffix says, compared as its prefix compares; null when the pattern does not make it. */
  match(suffixKey: string, suffixCase: SuffixCase): Parts | null {
    const loose = suffixKey.length - this.#fixed;
    if (this.#varies ? loose < 1 || loose > MAX_WIDTH : loose !== 0) return null;
    let suffix = '';
    let at = 0;
    let number = 0;
    const named = new Map<string, string>();
    for (const piece of this.#pieces) {
      const end = at + (isLoose(piece) ? loose : widthOf(piece));
      const read = readPiece(piece, suffixKey.slice(at, end), { before: suffix, suffixCase });
      if (read === null) return null;
      suffix += read;
      at = end;
      if (piece.kind === 'text') continue;
      named.set(piece.name, read);
      if (piece.name === 'counter') number = Number(read);
    }
    return { suffix, number, named };
  }

  /** A suffix of the pattern, as an example. */
  sample(number: number): string {
    return this.#pieces.reduce((made, piece) => made + sampleOf(piece, { made, number }), '');
  }
}

function isPart({ name, width }: Place): boolean {
  return NAMED.test(name) && !RESERVED.includes(name) && width !== null && width >= 1 && width <= MAX_PART;
}

function isLoose(piece: Piece): boolean {
  return piece.kind === 'place' && piece.name === 'counter' && piece.width === null;
}

/** Of a place without a width of its own, and 0 of one that takes what is left. */
const WIDTHS: Readonly<Record<string, number>> = { counter: 0, uuid: 36, date: 8, luhn: 1, mod37: 1 };

function widthOf(piece: Piece): number {
  return piece.kind === 'text' ? piece.text.length : (piece.width ?? WIDTHS[piece.name] ?? 0);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A piece of the suffix as the pattern spells it; null when it is none. */
function readPiece(
  piece: Piece,
  text: string,
  { before, suffixCase }: { before: string; suffixCase: SuffixCase },
): string | null {
  const folds = suffixCase === 'insensitive';
  if (piece.kind === 'text') return text === (folds ? foldCase(piece.text) : piece.text) ? piece.text : null;
  switch (piece.name) {
    case 'counter':
      return /^[0-9]+$/.test(text) && (piece.width !== null || text === '0' || text[0] !== '0') ? text : null;
    case 'uuid': {
      const spelled = folds ? text.toLowerCase() : text;
      return UUID.test(spelled) ? spelled : null;
    }
    case 'date':
      return isDate(text) ? text : null;
    case 'luhn':
    case 'mod37':
      return text === (piece.name === 'luhn' ? luhn(before) : mod37(before)) ? text : null;
    default:
      return /^[0-9A-Za-z]+$/.test(text) ? text : null;
  }
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  return year !== undefined && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) === true;
}

function sampleOf(piece: Piece, { made, number }: { made: string; number: number }): string {
  if (piece.kind === 'text') return piece.text;
  switch (piece.name) {
    case 'counter':
      return String(number).padStart(piece.width ?? 1, '0');
    case 'uuid':
      return '01900000-0000-7000-8000-000000000000';
    case 'date':
      return '20260101';
    case 'luhn':
      return luhn(made);
    case 'mod37':
      return mod37(made);
    default:
      return '0'.repeat(piece.width ?? 1);
  }
}
