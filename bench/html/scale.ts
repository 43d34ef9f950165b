/** From a value to its place on the page; what lies outside is put at the edge. */
export type PageScale = (value: number) => number;

interface Scaled {
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

export function linearScale({ domain: [first, last], range: [begin, end] }: Scaled): PageScale {
  return (value) => {
    const share = last === first ? 0 : (value - first) / (last - first);
    return begin + (end - begin) * Math.min(1, Math.max(0, share));
  };
}

/** Equal ratios are equally far apart; the domain lies above zero. */
export function logScale({ domain: [first, last], range }: Scaled): PageScale {
  const place = linearScale({ domain: [Math.log10(first), Math.log10(last)], range });
  return (value) => place(value > 0 ? Math.log10(value) : Number.NEGATIVE_INFINITY);
}

/** Whole powers of ten around all values. */
export function decadesAround(values: readonly number[], otherwise: readonly [number, number]): [number, number] {
  const known = values.filter((value) => value > 0 && Number.isFinite(value));
  if (known.length === 0) return [...otherwise];
  const exponent = (value: number) => Math.log10(value);
  const first = Math.floor(exponent(Math.min(...known)));
  const last = Math.ceil(exponent(Math.max(...known)));
  return [10 ** first, 10 ** Math.max(last, first + 1)];
}

/** The powers of ten from the first to the last. */
export function decades([first, last]: readonly [number, number]): number[] {
  const begin = Math.round(Math.log10(first));
  const count = Math.round(Math.log10(last)) - begin + 1;
  return Array.from({ length: count }, (_, i) => 10 ** (begin + i));
}

/** Some four round numbers from 0 to the most. */
export function roundSteps(most: number): number[] {
  if (most <= 0) return [0];
  const rough = most / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((times) => times * size >= rough) ?? 10) * size;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}
