import { createHash } from 'node:crypto';
import { foldCase } from '../identifier/fold.ts';
import type { IdentifierKey } from '../identifier/identifier.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { Change } from './feed.ts';

/** Changes that are held for those who were away for a moment. */
const MOST = 20_000;

/** Changes that were applied together. */
export interface ChangePage {
  /** The number of the last of them. */
  readonly seq: number;
  readonly records: string[];
  readonly prefixes: Prefix[];
}

/**
 * How a change tells of a record to those who know its identifier, and to nobody else. Who asks need not know how its prefix
 * compares letters: identifiers that differ in their case alone share a digest.
 */
export function digestOf(key: IdentifierKey): string {
  return createHash('sha256').update(foldCase(key)).digest().toString('base64url', 0, 12);
}

/** The changes that this process has applied of late, for those who keep answers of this node. */
export class RecentChanges {
  /** Who counts them. */
  readonly feed: string;
  readonly #pages: { readonly changes: readonly Change[]; told: ChangePage | null }[] = [];
  readonly #waiting = new Set<() => void>();
  #head: number;
  /** All after this number are held. */
  #from: number;
  #count = 0;
  closed = false;

  constructor({ feed, head }: { feed: string; head: number }) {
    this.feed = feed;
    this.#head = head;
    this.#from = head;
  }

  /** What this process answers reflects all changes up to this number. */
  get head(): number {
    return this.#head;
  }

  append(changes: readonly Change[]): void {
    const last = changes.at(-1);
    if (last === undefined) return;
    this.#pages.push({ changes, told: null });
    this.#count += changes.length;
    this.#head = last.seq;
    while (this.#count > MOST) {
      const { changes: old } = this.#pages.shift() as { changes: readonly Change[] };
      this.#count -= old.length;
      this.#from = (old.at(-1) as Change).seq;
    }
    this.#wake();
  }

  /** Whether nothing after this number was left out. */
  reaches(seq: number): boolean {
    return seq >= this.#from && seq <= this.#head;
  }

  /** What comes after a number that is reached; it may tell of earlier ones again. undefined: nothing yet. */
  next(seq: number): ChangePage | undefined {
    const page = this.#pages.find(({ changes }) => (changes.at(-1) as Change).seq > seq);
    if (page === undefined) return undefined;
    page.told ??= tell(page.changes);
    return page.told;
  }

  /** Resolves at the next change, and at the latest after so many milliseconds. */
  moved(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiting.add(done);
    });
  }

  /** Lets everybody go. */
  close(): void {
    this.closed = true;
    this.#wake();
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}

function tell(changes: readonly Change[]): ChangePage {
  return {
    seq: (changes.at(-1) as Change).seq,
    records: changes.flatMap((change) => (change.kind === 'record' ? [digestOf(change.key)] : [])),
    prefixes: changes.flatMap((change) => (change.kind === 'prefix' ? [change.prefix] : [])),
  };
}
