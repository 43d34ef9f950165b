import { KapokError } from '../errors/kapok-error.ts';
import { findForbiddenCharacter } from './characters.ts';
import { foldCase } from './fold.ts';
import { MAX_PREFIX_CHARACTERS } from './limits.ts';

declare const prefixBrand: unique symbol;

/** A prefix in canonical form: valid, its ASCII letters in upper case (RFC 3651 §2: naming authorities ignore case). */
export type Prefix = string & { readonly [prefixBrand]: true };

/** The prefix under which the records of prefixes themselves live: `0.NA/88.106` (RFC 3651 §3). */
export const PREFIX_RECORDS = '0.NA' as Prefix;

/**
 * `prefix = label *("." label)`; a label is one or more characters other than ".", "/", controls and white space.
 * Throws INVALID_PREFIX with the reason.
 */
export function parsePrefix(text: string): Prefix {
  const reason = whyInvalidPrefix(text);
  if (reason !== null) throw new KapokError('INVALID_PREFIX', { message: `Prefix ${reason}` });
  return foldCase(text) as Prefix;
}

/** The reason why a text is no prefix, as the end of a sentence that starts with "Prefix"; null when it is one. */
export function whyInvalidPrefix(text: string): string | null {
  if (text.length === 0) return 'is empty';
  if (isTooLong(text)) return `has over ${MAX_PREFIX_CHARACTERS} characters`;
  if (text.includes('/')) return 'contains "/"';
  const forbidden = findForbiddenCharacter(text);
  if (forbidden !== null) return forbidden;
  if (/\s/u.test(text)) return 'contains white space';
  if (text.startsWith('.') || text.endsWith('.') || text.includes('..')) return 'has an empty label';
  return null;
}

/** Counts only what can go either way: a character is one or two units. */
function isTooLong(text: string): boolean {
  if (text.length <= MAX_PREFIX_CHARACTERS) return false;
  return text.length > 2 * MAX_PREFIX_CHARACTERS || [...text].length > MAX_PREFIX_CHARACTERS;
}

/** `88.106` of `88.106.32902`; null for a prefix of one label. */
export function parentOf(prefix: Prefix): Prefix | null {
  const dot = prefix.lastIndexOf('.');
  return dot < 0 ? null : (prefix.slice(0, dot) as Prefix);
}

/** Whether `prefix` is `ancestor` or below it, by whole labels: `88.106.1` is under `88.106`, `88.1061` is not. */
export function isUnder(prefix: Prefix, ancestor: Prefix): boolean {
  if (prefix.length === ancestor.length) return prefix === ancestor;
  return prefix.charCodeAt(ancestor.length) === 0x2e && prefix.startsWith(ancestor);
}

/** The prefix itself, then its parents up to the first label: the order of a longest match. */
export function* lineage(prefix: Prefix): Generator<Prefix> {
  for (let at: Prefix | null = prefix; at !== null; at = parentOf(at)) yield at;
}

/** The entry of the longest prefix in `entries` that is `prefix` or above it; one look-up a label. */
export function findLongestMatch<T>(entries: ReadonlyMap<Prefix, T>, prefix: Prefix): T | null {
  for (let at: Prefix | null = prefix; at !== null; at = parentOf(at)) {
    const entry = entries.get(at);
    if (entry !== undefined) return entry;
  }
  return null;
}
