/** Milliseconds after which every reader must see a write that was acknowledged. */
const BOUND = 1_000;

interface Written {
  /** When the write was acknowledged, in milliseconds of `performance.now()`. */
  readonly at: number;
  readonly version: number;
  /** What the writer put into the record. */
  readonly mark: string;
}

export interface Read {
  /** When the read began. */
  readonly at: number;
  readonly version: number;
  /** null: the record has none, as before its first write. */
  readonly mark: string | null;
}

/**
 * What was acknowledged of one record, whose writes come one after the other: what a read may say is held against it. What a write
 * that failed has done nobody knows, so a later version than is known is right.
 */
export class WriteLog {
  #writes: Written[] = [];

  /** False: its version is not above those that were acknowledged before. */
  acknowledged(write: Written): boolean {
    // A version that is no number is above nothing.
    if (!(write.version > (this.#writes.at(-1)?.version ?? 0))) return false;
    this.#writes.push(write);
    return true;
  }

  judge({ at, version, mark }: Read): 'current' | 'behind' | 'wrong' {
    if (Number.isNaN(version)) return 'wrong';
    const same = this.#writes.find((write) => write.version === version);
    if (same !== undefined && same.mark !== mark) return 'wrong';
    const isBehind = (since: number) => this.#writes.some((write) => write.at <= since && write.version > version);
    if (isBehind(at - BOUND)) return 'wrong';
    return isBehind(at) ? 'behind' : 'current';
  }

  /** Forgets what no read can be held against that began at this moment or later. */
  forget(before: number): void {
    const settled = this.#writes.findLastIndex(({ at }) => at <= before - BOUND);
    if (settled > 0) this.#writes = this.#writes.slice(settled);
  }
}
