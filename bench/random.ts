/** Numbers from 0 to below 1, the same for the same seed on every machine (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Ranks from 0 to below `count`, each drawn as often as Zipf's law says; an exponent of 0 draws all alike. */
export function createZipf({ count, skew, random }: { count: number; skew: number; random: () => number }) {
  if (skew === 0) return () => Math.floor(random() * count);
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1) ** skew;
    sums[rank] = sum;
  }
  return () => {
    const at = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** A number for each rank, each once and neighbours far apart: what is asked for most lies all over an index. */
export function scatterOf(count: number): (rank: number) => number {
  let step = Math.max(1, Math.floor(count * 0.618));
  while (divisor(step, count) !== 1) step++;
  return (rank) => (rank * step) % count;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
