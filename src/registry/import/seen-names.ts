import { createHash } from 'node:crypto';

const EMPTY = 0n;

/** How often names have come, in 12 to 24 bytes a name whatever their length: of each, 64 bits of its SHA-256 are kept. */
export class SeenNames {
  #hashes = new BigUint64Array(1_024);
  #counts = new Uint32Array(1_024);
  #size = 0;

  count(name: string): number {
    return this.#counts[this.#slotOf(hashOf(name))] as number;
  }

  add(name: string): void {
    if (2 * this.#size >= this.#hashes.length) this.#grow();
    const hash = hashOf(name);
    const slot = this.#slotOf(hash);
    if (this.#hashes[slot] === EMPTY) this.#size++;
    this.#hashes[slot] = hash;
    this.#counts[slot] = (this.#counts[slot] as number) + 1;
  }

  /** Where a hash is, or would be. */
  #slotOf(hash: bigint): number {
    const slots = this.#hashes.length;
    let slot = Number(hash % BigInt(slots));
    while (this.#hashes[slot] !== EMPTY && this.#hashes[slot] !== hash) slot = (slot + 1) % slots;
    return slot;
  }

  #grow(): void {
    const [hashes, counts] = [this.#hashes, this.#counts];
    this.#hashes = new BigUint64Array(2 * hashes.length);
    this.#counts = new Uint32Array(2 * hashes.length);
    for (const [i, hash] of hashes.entries()) {
      if (hash === EMPTY) continue;
      const slot = this.#slotOf(hash);
      this.#hashes[slot] = hash;
      this.#counts[slot] = counts[i] as number;
    }
  }
}

function hashOf(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigUInt64LE() || 1n;
}
