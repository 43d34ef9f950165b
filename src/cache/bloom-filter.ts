/** Bits a text, and how many of them it sets: one in 1,700 that is not there seems to be. */
const BITS_A_TEXT = 16;
const PROBES = 8;
/** Room of the first layer, in texts: 128 KiB. */
const LEAST_ROOM = 65_536;

export interface BloomFilterOptions {
  /** Texts to be expected; more are taken, at a price. */
  readonly room: number;
  readonly maxBytes: number;
}

/**
 * A set of texts that forgets the texts: what it has not is surely not there, what it has is probably (Bloom, "Space/time
 * trade-offs in hash coding with allowable errors", CACM 1970). It grows by layers, each twice as large as the one before.
 */
export class BloomFilter {
  readonly #maxBytes: number;
  readonly #layers: Layer[] = [];
  #full = false;
  #size = 0;

  constructor({ room, maxBytes }: BloomFilterOptions) {
    this.#maxBytes = maxBytes;
    this.#grow(2 ** Math.ceil(Math.log2(Math.max(room, LEAST_ROOM))));
  }

  /** Texts that were added and not there yet, as far as it can tell. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#layers.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** It would have needed more memory than it may take, and says "perhaps" to everything. */
  get full(): boolean {
    return this.#full;
  }

  add(text: string): void {
    if (this.#full) return;
    hash(text);
    if (this.#layers.some((layer) => layer.has())) return;
    let last = this.#layers.at(-1) as Layer;
    if (last.free === 0) {
      this.#grow(2 * last.room);
      if (this.#full) return;
      last = this.#layers.at(-1) as Layer;
    }
    last.add();
    this.#size++;
  }

  /** False: it was never added. */
  mayHave(text: string): boolean {
    if (this.#full) return true;
    hash(text);
    return this.#layers.some((layer) => layer.has());
  }

  #grow(room: number): void {
    this.#full = this.bytes + (room * BITS_A_TEXT) / 8 > this.#maxBytes;
    if (this.#full) this.#layers.length = 0;
    else this.#layers.push(new Layer(room));
  }
}

/** The hashes of the last text, which every layer looks at. */
let first = 0;
let second = 0;

/** Two independent walks over the units of the text, each ended by the mixing of MurmurHash3. */
function hash(text: string): void {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x5bd1e995);
    b ^= b >>> 15;
  }
  first = mix(a ^ text.length);
  // Odd, so that its multiples meet every bit of a layer.
  second = mix(b) | 1;
}

function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

class Layer {
  readonly room: number;
  free: number;
  readonly #words: Uint32Array;
  readonly #mask: number;

  /** `room`: a power of two, in texts. */
  constructor(room: number) {
    this.room = room;
    this.free = room;
    this.#words = new Uint32Array((room * BITS_A_TEXT) / 32);
    this.#mask = room * BITS_A_TEXT - 1;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  has(): boolean {
    for (let i = 0, at = first; i < PROBES; i++, at = (at + second) >>> 0) {
      const bit = (at & this.#mask) >>> 0;
      if (((this.#words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }

  add(): void {
    for (let i = 0, at = first; i < PROBES; i++, at = (at + second) >>> 0) {
      const bit = (at & this.#mask) >>> 0;
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) | (1 << (bit & 31));
    }
    this.free--;
  }
}
