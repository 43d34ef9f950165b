/** What is held counts its uses since it was last considered, up to MOST_USES. */
export interface Counted {
  uses: number;
}

interface Node<K, V> {
  readonly key: K;
  /** undefined: a ghost, of which only the key is remembered. */
  value: V | undefined;
  bytes: number;
  queue: Queue<K, V>;
  newer: Node<K, V> | null;
  older: Node<K, V> | null;
}

const MOST_USES = 3;

/** For one who has kept what `get` gave, and does not look it up again. */
export function use(value: Counted): void {
  if (value.uses < MOST_USES) value.uses++;
}

/** The share of the small queue, and that of the ghosts. */
const SHARE = 0.1;

export interface S3FifoOptions<K, V> {
  readonly maxBytes: number;
  readonly bytesOf: (key: K, value: V) => number;
  /** What remembering that a key was here costs. */
  readonly ghostBytesOf: (key: K) => number;
  /** Told of each value that leaves, however it leaves. */
  readonly onLeave: (value: V) => void;
}

/**
 * A map bounded in bytes that keeps what is used again: S3-FIFO (Yang et al., "FIFO queues are all you need for cache
 * eviction", SOSP 2023). What is new waits in a small queue and leaves it soon unless it is used; what was used, or comes back
 * soon after it left, goes to the main queue, where each use spares it a round. So a scan drives nothing out that is
 * used. Against least-recently-used: `npm run bench -- hit-ratio`.
 */
export class S3Fifo<K, V extends Counted> {
  readonly #options: S3FifoOptions<K, V>;
  readonly #nodes = new Map<K, Node<K, V>>();
  readonly #small = new Queue<K, V>();
  readonly #main = new Queue<K, V>();
  readonly #ghosts = new Queue<K, V>();

  constructor(options: S3FifoOptions<K, V>) {
    this.#options = options;
  }

  /** Values that are held. */
  get size(): number {
    return this.#small.size + this.#main.size;
  }

  /** Of these and of the ghosts. */
  get bytes(): number {
    return this.#small.bytes + this.#main.bytes + this.#ghosts.bytes;
  }

  get(key: K): V | undefined {
    const value = this.peek(key);
    if (value !== undefined) use(value);
    return value;
  }

  /** Without that being a use. */
  peek(key: K): V | undefined {
    return this.#nodes.get(key)?.value;
  }

  /** Replaces what is held under the key. A value that is larger than the whole is not kept, and drives nothing out. */
  set(key: K, value: V): void {
    const bytes = this.#options.bytesOf(key, value);
    const known = this.#nodes.get(key);
    if (bytes > this.#options.maxBytes) {
      if (known !== undefined) this.#remove(known);
      this.#options.onLeave(value);
      return;
    }
    if (known?.value !== undefined) {
      if (known.value !== value) this.#options.onLeave(known.value);
      known.queue.bytes += bytes - known.bytes;
      known.value = value;
      known.bytes = bytes;
    } else {
      if (known !== undefined) this.#remove(known);
      const queue = known === undefined ? this.#small : this.#main;
      const node: Node<K, V> = { key, value, bytes, queue, newer: null, older: null };
      this.#nodes.set(key, node);
      queue.push(node);
    }
    while (this.bytes > this.#options.maxBytes) this.#evict();
  }

  delete(key: K): void {
    const node = this.#nodes.get(key);
    if (node !== undefined) this.#remove(node);
  }

  clear(): void {
    for (const { value } of this.#nodes.values()) if (value !== undefined) this.#options.onLeave(value);
    this.#nodes.clear();
    for (const queue of [this.#small, this.#main, this.#ghosts]) queue.clear();
  }

  *entries(): Generator<[K, V]> {
    for (const { key, value } of this.#nodes.values()) if (value !== undefined) yield [key, value];
  }

  #evict(): void {
    const share = SHARE * this.#options.maxBytes;
    if (this.#ghosts.bytes > share) this.#remove(this.#ghosts.oldest as Node<K, V>);
    else if (this.#small.bytes > share || this.#main.size === 0) this.#evictSmall();
    else this.#evictMain();
  }

  #evictSmall(): void {
    const node = this.#small.oldest;
    if (node === null) {
      // There is nothing but ghosts.
      this.#remove(this.#ghosts.oldest as Node<K, V>);
      return;
    }
    this.#small.take(node);
    const value = node.value as V;
    if (value.uses > 0) {
      value.uses = 0;
      this.#main.push(node);
      return;
    }
    this.#options.onLeave(value);
    node.value = undefined;
    node.bytes = this.#options.ghostBytesOf(node.key);
    this.#ghosts.push(node);
  }

  #evictMain(): void {
    const node = this.#main.oldest as Node<K, V>;
    const value = node.value as V;
    if (value.uses === 0) {
      this.#remove(node);
      return;
    }
    value.uses--;
    this.#main.take(node);
    this.#main.push(node);
  }

  #remove(node: Node<K, V>): void {
    node.queue.take(node);
    this.#nodes.delete(node.key);
    if (node.value !== undefined) this.#options.onLeave(node.value);
  }
}

/** First in, first out; linked through its nodes. */
class Queue<K, V> {
  size = 0;
  bytes = 0;
  oldest: Node<K, V> | null = null;
  #newest: Node<K, V> | null = null;

  push(node: Node<K, V>): void {
    node.queue = this;
    node.older = this.#newest;
    node.newer = null;
    if (this.#newest === null) this.oldest = node;
    else this.#newest.newer = node;
    this.#newest = node;
    this.size++;
    this.bytes += node.bytes;
  }

  take(node: Node<K, V>): void {
    if (node.newer === null) this.#newest = node.older;
    else node.newer.older = node.older;
    if (node.older === null) this.oldest = node.newer;
    else node.older.newer = node.newer;
    this.size--;
    this.bytes -= node.bytes;
  }

  clear(): void {
    this.size = 0;
    this.bytes = 0;
    this.oldest = null;
    this.#newest = null;
  }
}
