import { KapokError } from '../../errors/kapok-error.ts';
import { findForbiddenCharacter } from '../../identifier/characters.ts';
import { luhn, mod37 } from './check-character.ts';
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
const MAX_LENGTH = 128;
const MAX_WIDTH = 15;
const PLACE = /\{([^{}]*)\}/g;

/**
 * Parses a pattern: text as it is, and `{uuid}` (version 7), `{counter}` or `{counter:8}` (from 1, padded with zeros),
 * `{date}` (UTC, yyyymmdd), `{luhn}` and `{mod37}` (check characters of all that stands before them).
 * Two suffixes of a pattern must differ, so it has a counter or a UUID. Throws BAD_REQUEST with the reason.
 */
export function parsePattern(text: string): Pattern {
  if (text.length > MAX_LENGTH) throw refused(`is over ${MAX_LENGTH} characters`);
  const forbidden = findForbiddenCharacter(text);
  if (forbidden !== null) throw refused(forbidden);
  const names = [...text.matchAll(PLACE)].map(([, name = '']) => name);
  if (/[{}]/.test(text.replace(PLACE, ''))) throw refused('has a brace without its other one');
  for (const name of names)
    if (widthOf(name) === null && !PLAIN.has(name)) throw refused(`has the unknown place {${name}}`);
  const counters = names.filter((name) => widthOf(name) !== null);
  if (counters.length > 1) throw refused('has more than one counter');
  if (counters.length === 0 && !names.includes('uuid'))
    throw refused('has neither {counter} nor {uuid}: it would make one suffix');
  return { text, counts: !names.includes('uuid'), mint: (source) => fill(text, source) };
}

const PLAIN = new Set(['uuid', 'date', 'luhn', 'mod37']);

async function fill(text: string, { now, counter }: MintSource): Promise<string> {
  let made = '';
  let from = 0;
  for (const place of text.matchAll(PLACE)) {
    made += text.slice(from, place.index);
    from = place.index + place[0].length;
    const [, name = ''] = place;
    const width = widthOf(name);
    if (width !== null) made += String(await counter()).padStart(width, '0');
    else if (name === 'uuid') made += uuid7(now);
    else if (name === 'date') made += new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
    else made += name === 'luhn' ? luhn(made) : mod37(made);
  }
  return made + text.slice(from);
}

/** Of a counter's place; null when it is none. */
function widthOf(name: string): number | null {
  const match = /^counter(?::(\d{1,2}))?$/.exec(name);
  if (match === null) return null;
  const width = Number(match[1] ?? 1);
  if (width < 1 || width > MAX_WIDTH) throw refused(`has a counter that is not 1 to ${MAX_WIDTH} digits wide`);
  return width;
}

function refused(reason: string): KapokError {
  return new KapokError('BAD_REQUEST', { message: `The pattern ${reason}`, at: 'pattern' });
}
