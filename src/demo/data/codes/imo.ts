import { digitsOf, weightedSum } from './digits.ts';

/**
 * The seventh digit of an IMO ship number, of the first six (IMO Resolution A.1117(30)): weights 7 to 2, modulo 10.
 * Weights 6, 5, 4 and 2 share a factor with 10: some wrong digits under them do not show.
 */
export function imoCheckDigit(body: string): string {
  return String(weightedSum(digitsOf(body, 6), (at) => 7 - at) % 10);
}

/** The number without the letters "IMO" that stand before it on a hull. */
export function isImo(text: string): boolean {
  return /^[0-9]{7}$/.test(text) && imoCheckDigit(text.slice(0, 6)) === text[6];
}
