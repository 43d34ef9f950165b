import { type ChainedEntry, contentOf, GENESIS, hashAfter } from './audit-entry.ts';
import type { AuditHead } from './audit-head.ts';

export type FindingKind = 'removed' | 'altered' | 'swapped' | 'added' | 'forged';

/** The first entry that is not as it was recorded. */
export interface Finding {
  readonly kind: FindingKind;
  readonly seq: number;
  readonly message: string;
}

/** An entry that is whole in itself but follows another one than stands before it. */
interface Misplaced {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Holds entries to their chain, one after the other; the first thing that is wrong is kept. It goes on from there only to tell
 * more of it: with which entry another was exchanged.
 */
export class ChainVerifier {
  #first: number | null = null;
  #last = 0;
  #hash = '';
  #count = 0;
  #finding: Finding | null = null;
  #misplaced: Misplaced | null = null;
  /** The hash that the missing entry at the place of the finding follows, and the content that stands there now. */
  #wanted: string | null = null;
  #displaced: Buffer | null = null;

  get count(): number {
    return this.#count;
  }

  get last(): number {
    return this.#last;
  }

  get hash(): string {
    return this.#hash;
  }

  /** What a checkpoint says of the entries before the first. */
  beginAfter({ seq, hash }: { seq: number; hash: string }): void {
    this.#first = seq + 1;
    this.#last = seq;
    this.#hash = hash;
  }

  /** The next entry of the export. */
  add(entry: ChainedEntry): void {
    const content = contentOf(entry);
    const isWhole = hashAfter(entry.previous, content) === entry.hash;
    const expected = this.#first === null ? entry.seq : this.#last + 1;
    const previous = this.#first === null ? (entry.seq === 1 ? GENESIS : entry.previous) : this.#hash;
    this.#resolve(entry);
    if (this.#finding !== null) this.#seekPartner(entry, content, isWhole);
    else if (this.#misplaced === null) this.#check(entry, { expected, previous, content, isWhole });
    this.#first ??= entry.seq;
    this.#last = Math.max(this.#last, entry.seq);
    this.#hash = entry.hash;
    this.#count += 1;
  }

  /** What was found, given what the node has signed; null for the head of an export without one. */
  finish(head: AuditHead | null): Finding | null {
    if (head !== null && this.#first !== null && head.after + 1 < this.#first)
      return removed(head.after + 1, this.#first - 1);
    if (this.#misplaced !== null) this.#finding = this.#judge(this.#misplaced, head?.hash === this.#misplaced.hash);
    const found = this.#finding;
    if (head === null) return found;
    if (found?.kind === 'altered' && this.#wanted === null && head.seq > this.#last) return renumbered(found.seq + 1);
    return found ?? this.#compare(head);
  }

  #check(
    entry: ChainedEntry,
    { expected, previous, content, isWhole }: { expected: number; previous: string; content: Buffer; isWhole: boolean },
  ): void {
    const { seq } = entry;
    if (seq > expected) this.#finding = removed(expected, seq - 1);
    else if (seq < expected)
      this.#finding = { kind: 'added', seq, message: `Entry ${seq} stands there more than once` };
    else if (!isWhole) {
      this.#finding = { kind: 'altered', seq, message: `Entry ${seq} was altered: its hash is that of other content` };
      this.#wanted = entry.hash;
      this.#displaced = content;
    } else if (entry.previous !== previous) {
      this.#misplaced = { seq, hash: entry.hash };
      this.#wanted = previous;
    }
  }

  /** The entry after a misplaced one tells what happened: either the chain goes on from it, or it does not belong there. */
  #resolve(next: ChainedEntry): void {
    if (this.#misplaced === null || this.#finding !== null) return;
    this.#finding = this.#judge(this.#misplaced, next.previous === this.#misplaced.hash);
    this.#misplaced = null;
  }

  #judge({ seq }: Misplaced, belongs: boolean): Finding {
    if (!belongs) {
      const message = `Entry ${seq} is not the one that was recorded there: it follows another one than ${seq - 1}`;
      return { kind: 'swapped', seq, message };
    }
    this.#wanted = null;
    if (seq === 1)
      return { kind: 'removed', seq, message: 'The first entries were removed, and the others numbered anew' };
    const message = `Entry ${seq - 1} was altered and given a new hash: entry ${seq} was chained to another one`;
    return { kind: 'altered', seq: seq - 1, message };
  }

  /** Whether this is where the entry is, or the content, that belongs to the place of the finding. */
  #seekPartner(entry: ChainedEntry, content: Buffer, isWhole: boolean): void {
    const found = this.#finding;
    if (found === null || this.#wanted === null) return;
    const isRow = found.kind === 'swapped' && isWhole && entry.previous === this.#wanted;
    const isContent =
      found.kind === 'altered' && !isWhole && hashAfter(entry.previous, this.#displaced ?? content) === entry.hash;
    if (!isRow && !isContent) return;
    const { seq } = found;
    this.#finding = { kind: 'swapped', seq, message: `Entries ${seq} and ${entry.seq} were exchanged` };
    this.#wanted = null;
  }

  #compare({ seq, hash }: AuditHead): Finding | null {
    if (seq > this.#last) return removed(this.#last + 1, seq);
    if (seq < this.#last)
      return { kind: 'added', seq: seq + 1, message: `Entry ${seq + 1} stands after the last one that the node knows` };
    if (hash === this.#hash || this.#count === 0) return null;
    const message = `Entry ${seq} is not the last one that the node knows: it, or what is before it too, was written anew`;
    return { kind: 'forged', seq, message };
  }
}

function removed(from: number, to: number): Finding {
  const what = from === to ? `Entry ${from} was` : `Entries ${from} to ${to} were`;
  return { kind: 'removed', seq: from, message: `${what} removed` };
}

function renumbered(seq: number): Finding {
  return { kind: 'removed', seq, message: `Entry ${seq} was removed, and those after it numbered anew` };
}
