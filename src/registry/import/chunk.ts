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
  readonly #generations: ReadyRow[][] = [];
  /** How often each name has come. Null while each row's name is behind the one before it: then none has come twice. */
  #counts: Map<Prefix, Map<string, number>> | null = null;
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

  /**
   * Rows to be stored, each name at most once, for a statement cannot write a record twice; what names one again is in a later
   * part. In the order of the names, so that two imports of the same identifiers do not wait for each other in a ring.
   */
  get generations(): readonly (readonly ReadyRow[])[] {
    if (this.#counts !== null) for (const rows of this.#generations) rows.sort(byName);
    return this.#generations;
  }

  add(row: ReadyRow | RowResult): void {
    this.rows.push(row);
    if (!('suffixKey' in row)) return;
    this.#bytes += row.record.size;
    const n = this.#timesBefore(row);
    const generation = this.#generations[n];
    if (generation === undefined) this.#generations[n] = [row];
    else generation.push(row);
  }

  /** How often its name has come. */
  #timesBefore(row: ReadyRow): number {
    if (this.#counts === null) {
      const [rows = []] = this.#generations;
      const last = rows.at(-1);
      if (last === undefined || byName(last, row) < 0) return 0;
      this.#counts = new Map();
      for (const earlier of rows) count(this.#counts, earlier);
    }
    return count(this.#counts, row);
  }
}

/** Counts a name; answers how often it had come before. */
function count(counts: Map<Prefix, Map<string, number>>, { identifier, suffixKey }: ReadyRow): number {
  let below = counts.get(identifier.prefix);
  if (below === undefined) {
    below = new Map();
    counts.set(identifier.prefix, below);
  }
  const before = below.get(suffixKey) ?? 0;
  below.set(suffixKey, before + 1);
  return before;
}

function byName(a: ReadyRow, b: ReadyRow): number {
  if (a.identifier.prefix !== b.identifier.prefix) return a.identifier.prefix < b.identifier.prefix ? -1 : 1;
  return a.suffixKey < b.suffixKey ? -1 : 1;
}
