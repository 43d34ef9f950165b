import type { IdentifierKey } from '../identifier/identifier.ts';
import { isUnder, type Prefix } from '../identifier/prefix.ts';

/**
 * Remembers what was lately changed, so that a read which began before a change cannot put the old answer into a cache
 * after it. Who reads calls `begin()` first and asks `admits()` before storing.
 *
 * The memory is bounded. What has been forgotten is refused: a read that began before the oldest remembered change is
 * never stored. So a flood of changes costs cache fills, never correctness.
 */
export class Floors {
  readonly #maxKeys: number;
  /** Two generations: when the young one is half of what may be kept, the old one is forgotten whole. */
  #young = new Map<IdentifierKey, number>();
  #old = new Map<IdentifierKey, number>();
  #oldClosedAt = 0;
  readonly #subtrees: { prefix: Prefix; at: number }[] = [];
  #clock = 0;
  #forgotten = 0;

  constructor({ maxKeys = 131_072 } = {}) {
    this.#maxKeys = maxKeys;
  }

  /** The moment a read begins, to be handed to `admits`. */
  begin(): number {
    return this.#clock;
  }

  raise(key: IdentifierKey, version: number): void {
    this.#clock++;
    this.#young.set(key, Math.max(version, this.#floorOf(key)));
    if (this.#young.size < this.#maxKeys / 2) return;
    this.#forgotten = Math.max(this.#forgotten, this.#oldClosedAt);
    this.#oldClosedAt = this.#clock;
    this.#old = this.#young;
    this.#young = new Map();
  }

  /** Everything at or below a prefix changed its meaning. */
  raiseSubtree(prefix: Prefix): void {
    this.#subtrees.push({ prefix, at: ++this.#clock });
    if (this.#subtrees.length > 256) this.#forgotten = Math.max(this.#forgotten, this.#subtrees.shift()?.at ?? 0);
  }

  admits(
    key: IdentifierKey,
    { prefix, version, begunAt }: { prefix: Prefix; version: number; begunAt: number },
  ): boolean {
    if (this.#forgotten > begunAt) return false;
    if (version < this.#floorOf(key)) return false;
    return !this.#subtrees.some((subtree) => subtree.at > begunAt && isUnder(prefix, subtree.prefix));
  }

  #floorOf(key: IdentifierKey): number {
    return this.#young.get(key) ?? this.#old.get(key) ?? 0;
  }
}
