import { KapokError } from '../errors/kapok-error.ts';
import { findForbiddenCharacter } from './characters.ts';
import { foldCase } from './fold.ts';
import { MAX_REGISTERED_CHARACTERS, MAX_WIRE_BYTES } from './limits.ts';
import { type Prefix, whyInvalidPrefix } from './prefix.ts';

/** How the suffixes below a prefix are compared. */
export type SuffixCase = 'insensitive' | 'sensitive';

declare const keyBrand: unique symbol;

/** The canonical form of an identifier, `PREFIX/suffix` with the suffix folded as its prefix says: the only key of maps. */
export type IdentifierKey = string & { readonly [keyBrand]: true };

/** An identifier as it was spelled, cut at the first slash; its prefix is canonical. */
export interface Identifier {
  /** The spelling of the caller. */
  readonly text: string;
  readonly prefix: Prefix;
  /** As spelled; may contain slashes, colons, spaces and any script. */
  readonly suffix: string;
}

/** `identifier = prefix "/" suffix`; the first slash splits. Throws INVALID_IDENTIFIER with the reason. */
export function parseIdentifier(text: string): Identifier {
  const reason = whyInvalidIdentifier(text);
  if (reason !== null)
    throw new KapokError('INVALID_IDENTIFIER', {
      message: `Identifier ${reason}`,
      subject: text.slice(0, MAX_WIRE_BYTES),
    });
  const slash = text.indexOf('/');
  // Found valid above.
  return { text, prefix: foldCase(text.slice(0, slash)) as Prefix, suffix: text.slice(slash + 1) };
}

/** The reason why a text is no identifier, as the end of a sentence that starts with "Identifier"; null when it is one. */
export function whyInvalidIdentifier(text: string): string | null {
  if (text.length === 0) return 'is empty';
  if (text.length > MAX_WIRE_BYTES || Buffer.byteLength(text) > MAX_WIRE_BYTES)
    return `is over ${MAX_WIRE_BYTES} bytes`;
  const slash = text.indexOf('/');
  if (slash < 0) return 'has no "/" between prefix and suffix';
  const prefixReason = whyInvalidPrefix(text.slice(0, slash));
  if (prefixReason !== null) return `has a prefix that ${prefixReason}`;
  if (slash === text.length - 1) return 'has an empty suffix';
  return findForbiddenCharacter(text);
}

/** The tighter bound of registration; resolution accepts all that the wire can carry. */
export function assertRegistrable(identifier: Identifier): void {
  const length = [...identifier.text].length;
  if (length <= MAX_REGISTERED_CHARACTERS) return;
  throw new KapokError('INVALID_IDENTIFIER', {
    message: `Identifier has ${length} characters; at most ${MAX_REGISTERED_CHARACTERS} can be registered`,
    subject: identifier.text,
  });
}

export function suffixKey(suffix: string, suffixCase: SuffixCase): string {
  return suffixCase === 'insensitive' ? foldCase(suffix) : suffix;
}

export function identifierKey(identifier: Identifier, suffixCase: SuffixCase): IdentifierKey {
  return keyOf(identifier.prefix, suffixKey(identifier.suffix, suffixCase));
}

/** `folded`: a suffix as `suffixKey` gives it. */
export function keyOf(prefix: Prefix, folded: string): IdentifierKey {
  return `${prefix}/${folded}` as IdentifierKey;
}
