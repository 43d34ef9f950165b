import { foldCase } from '../../identifier/fold.ts';
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

const ASCII = /^[ -~]+$/;
/** What one unit of UTF-16 holds, less controls. */
const PLAIN = /^[ -~\u00a0-\ud7ff\ue000-\uffff]+$/;

/** Names of plain characters, Chinese among them, below prefixes that were looked at a moment ago: no rule can refuse them. */
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
    if (known === undefined || !PLAIN.test(suffix)) return null;
    const key = known.suffixCase === 'insensitive' ? fold(suffix) : suffix;
    return { identifier: { text, prefix: known.prefix, suffix }, suffixKey: key, suffixCase: known.suffixCase };
  }
}

/** foldCase; of ASCII, upper case is the same, and made faster. */
function fold(suffix: string): string {
  return ASCII.test(suffix) ? suffix.toUpperCase() : foldCase(suffix);
}
