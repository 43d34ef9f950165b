import { KapokError } from '../../errors/kapok-error.ts';
import { findForbiddenCharacter } from '../../identifier/characters.ts';
import { luhn, mod37 } from './check-character.ts';
import { cutPattern, type Piece } from './places.ts';
import { uuid7 } from './uuid7.ts';

export interface MintSource {
  readonly now: number;
  /** The next number of the pattern's counter. */
  readonly counter: () => Promise<number>;
}

/** How suffixes of one kind are made. */
export interface Pattern {
  readonly text: string;
  /** Whether each suffix is made of a number: one that is taken is passed over. */
  readonly counts: boolean;
  readonly mint: (source: MintSource) => Promise<string>;
}

export const DEFAULT_PATTERN = '{uuid}';
export const MAX_WIDTH = 15;
const MAX_LENGTH = 128;

/**
 * Parses a pattern: text as it is, and `{uuid}` (version 7), `{counter}` or `{counter:8}` (from 1, padded with zeros),
 * `{date}` (UTC, yyyymmdd), `{luhn}` and `{mod37}` (check characters of all that stands before them).
 * Two suffixes of a pattern must differ, so it has a counter or a UUID. Throws BAD_REQUEST with the reason.
 */
export function parsePattern(text: string): Pattern {
  const pieces = readPieces(text);
  const names: string[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'text') continue;
    assertKnown(piece, isPlain(piece));
    names.push(piece.name);
  }
  if (!names.includes('counter') && !names.includes('uuid'))
    throw refused('has neither {counter} nor {uuid}: it would make one suffix');
  return { text, counts: !names.includes('uuid'), mint: (source) => fill(pieces, source) };
}

/** The pieces of a pattern that has one counter at most. Throws BAD_REQUEST with the reason. */
export function readPieces(text: string): Piece[] {
  if (text.length > MAX_LENGTH) throw refused(`is over ${MAX_LENGTH} characters`);
  const forbidden = findForbiddenCharacter(text);
  if (forbidden !== null) throw refused(forbidden);
  const pieces = cutPattern(text);
  if (pieces === null) throw refused('has a brace without its other one');
  const counters = pieces.filter((piece) => piece.kind === 'place' && piece.name === 'counter') as Place[];
  if (counters.length > 1) throw refused('has more than one counter');
  for (const { width } of counters)
    if (width !== null && (width < 1 || width > MAX_WIDTH))
      throw refused(`has a counter that is not 1 to ${MAX_WIDTH} digits wide`);
  return pieces;
}

export type Place = Extract<Piece, { kind: 'place' }>;

/** Whether it is a place of every pattern: only a counter has a width. */
export function isPlain({ name, width }: Place): boolean {
  return name === 'counter' || (width === null && ['uuid', 'date', 'luhn', 'mod37'].includes(name));
}

export function assertKnown({ name, width }: Place, known: boolean): void {
  if (!known) throw refused(`has the unknown place {${name}${width === null ? '' : `:${width}`}}`);
}

async function fill(pieces: readonly Piece[], { now, counter }: MintSource): Promise<string> {
  let made = '';
  for (const piece of pieces) {
    if (piece.kind === 'text') made += piece.text;
    else if (piece.name === 'counter') made += String(await counter()).padStart(piece.width ?? 1, '0');
    else if (piece.name === 'uuid') made += uuid7(now);
    else if (piece.name === 'date') made += new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
    else made += piece.name === 'luhn' ? luhn(made) : mod37(made);
  }
  return made;
}

export function refused(reason: string): KapokError {
  return new KapokError('BAD_REQUEST', { message: `The pattern ${reason}`, at: 'pattern' });
}
