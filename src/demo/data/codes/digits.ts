/** The digits of a text of exactly `length` digits; anything else is a mistake of the caller. */
export function digitsOf(text: string, length: number): number[] {
  if (text.length !== length || !/^[0-9]+$/.test(text)) throw new RangeError(`Not ${length} digits: ${text}`);
  return Array.from(text, Number);
}

/** Sum of each digit times the weight at its place. */
export function weightedSum(digits: readonly number[], weightAt: (at: number) => number): number {
  return digits.reduce((sum, digit, at) => sum + digit * weightAt(at), 0);
}
