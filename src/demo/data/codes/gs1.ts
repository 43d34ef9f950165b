import { digitsOf, weightedSum } from './digits.ts';

/**
 * The GS1 prefix kept for demonstrations and examples of the GS1 system (GS1 prefix list, "952"): keys under it are
 * nobody's products.
 */
export const GS1_DEMO_PREFIX = '952';

/**
 * The check digit of every numeric GS1 key (GS1 General Specifications §7.9): weights 3, 1 from the right, modulo 10.
 * Both weights are coprime to 10, so every wrong single digit shows.
 */
export function gs1CheckDigit(body: string, length: number): string {
  const sum = weightedSum(digitsOf(body, length), (at) => ((length - at) % 2 === 1 ? 3 : 1));
  return String((10 - (sum % 10)) % 10);
}

export function isGs1Key(text: string, length: number): boolean {
  return (
    text.length === length && /^[0-9]+$/.test(text) && gs1CheckDigit(text.slice(0, -1), length - 1) === text.at(-1)
  );
}
