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
  readonly #versions = new Map<IdentifierKey, { version: number; at: number }>();
  readonly #subtrees: { prefix: Prefix; at: number }[] = [];
  #clock = 0;
  #forgotten = 0;

  constructor({ maxKeys = 65_536 } = {}) {
    this.#maxKeys = maxKeys;
  }

  /** The moment a read begins, to be handed to `admits`. */
  begin(): number {
    return this.#clock;
  }

  raise(key: IdentifierKey, version: number): void {
    const present = this.#versions.get(key);
    this.#versions.delete(key);
    this.#versions.set(key, { version: Math.max(version, present?.version ?? 0), at: ++this.#clock });
    if (this.#versions.size > this.#maxKeys) {
      const [oldest, { at }] = this.#versions.entries().next().value as [IdentifierKey, { at: number }];
      this.#versions.delete(oldest);
      this.#forgotten = Math.max(this.#forgotten, at);
    }
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
    const floor = this.#versions.get(key);
    if (floor !== undefined && version < floor.version) return false;
    return !this.#subtrees.some((subtree) => subtree.at > begunAt && isUnder(prefix, subtree.prefix));
  }
}
