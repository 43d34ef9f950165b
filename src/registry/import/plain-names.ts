import type { Identifier, SuffixCase } from '../../identifier/identifier.ts';
import { MAX_REGISTERED_CHARACTERS } from '../../identifier/limits.ts';
import type { Prefix } from '../../identifier/prefix.ts';

interface KnownPrefix {
  readonly prefix: Prefix;
  readonly suffixCase: SuffixCase;
}

export interface Name {
  readonly identifier: Identifier;
  readonly suffixKey: string;
  readonly suffixCase: SuffixCase;
}

/** Names of printable ASCII below prefixes that were looked at a moment ago: no rule can refuse them. */
export class PlainNames {
  readonly #prefixes = new Map<string, KnownPrefix>();

  /** Remembers that rows below this prefix, spelled like this, may be written. */
  learn({ text, prefix }: Identifier, suffixCase: SuffixCase): void {
    this.#prefixes.set(text.slice(0, text.indexOf('/')), { prefix, suffixCase });
  }

  /** The name; null: it must be looked at closely. */
  find(text: unknown): Name | null {
    if (typeof text !== 'string' || text.length > MAX_REGISTERED_CHARACTERS) return null;
    const slash = text.indexOf('/');
    if (slash < 0) return null;
    const known = this.#prefixes.get(text.slice(0, slash));
    const suffix = text.slice(slash + 1);
    if (known === undefined || !/^[ -~]+$/.test(suffix)) return null;
    // Of ASCII, upper case is what foldCase makes.
    const key = known.suffixCase === 'insensitive' ? suffix.toUpperCase() : suffix;
    return { identifier: { text, prefix: known.prefix, suffix }, suffixKey: key, suffixCase: known.suffixCase };
  }
}
