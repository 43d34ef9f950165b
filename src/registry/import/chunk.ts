import type { Prefix } from '../../identifier/prefix.ts';
import type { ReadyRow } from './prepare-row.ts';
import type { ImportRights } from './rights.ts';
import type { Position, RowResult } from './rows.ts';

/** A transaction's worth: large enough that the commit costs little, small enough that results and memory stay small. */
const CHUNK_ROWS = 4_000;
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Rows of one transaction, in the order of the file. */
export class Chunk {
  readonly rows: (ReadyRow | RowResult)[] = [];
  /** The place in the file behind them. */
  end: Position;
  readonly #generations: Generation[] = [];
  /** How often each name has come so far. */
  readonly #counts = new Map<Prefix, Map<string, number>>();
  #bytes = 0;

  /** What whoever imports might do when the rows were looked at. */
  readonly rights: ImportRights;

  constructor(start: Position, rights: ImportRights) {
    this.end = start;
    this.rights = rights;
  }

  get isFull(): boolean {
    return this.rows.length >= CHUNK_ROWS || this.#bytes >= CHUNK_BYTES;
  }

  /** Rows to be stored, each name at most once and in the order of the names; what names one again is in a later part. */
  get generations(): readonly (readonly ReadyRow[])[] {
    return this.#generations.map((generation) => generation.sorted());
  }

  add(row: ReadyRow | RowResult): void {
    this.rows.push(row);
    if (!('suffixKey' in row)) return;
    this.#bytes += row.record.size;
    const { prefix } = row.identifier;
    let counts = this.#counts.get(prefix);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(prefix, counts);
    }
    const n = counts.get(row.suffixKey) ?? 0;
    counts.set(row.suffixKey, n + 1);
    this.#generations[n] ??= new Generation();
    this.#generations[n]?.add(row);
  }
}

/** Rows with distinct names: a statement cannot write a record twice. */
class Generation {
  readonly #rows: ReadyRow[] = [];
  #isSorted = true;

  add(row: ReadyRow): void {
    const last = this.#rows.at(-1);
    if (last !== undefined && byName(last, row) > 0) this.#isSorted = false;
    this.#rows.push(row);
  }

  // In one order, so that two imports of the same identifiers do not wait for each other in a ring.
  sorted(): readonly ReadyRow[] {
    if (!this.#isSorted) this.#rows.sort(byName);
    this.#isSorted = true;
    return this.#rows;
  }
}

function byName(a: ReadyRow, b: ReadyRow): number {
  if (a.identifier.prefix !== b.identifier.prefix) return a.identifier.prefix < b.identifier.prefix ? -1 : 1;
  return a.suffixKey < b.suffixKey ? -1 : 1;
}
