import { digitsOf, weightedSum } from './digits.ts';

/** 2 to 7 digits without a leading zero, 2 digits, the check digit. */
const FORM = /^([1-9][0-9]{1,6})-([0-9]{2})-([0-9])$/;

/**
 * The check digit of a CAS Registry Number, of the digits before it without hyphens (CAS, "Check Digit Verification"):
 * weights 1, 2, 3 … from the right, modulo 10. Even weights and 5 let some wrong digits pass.
 */
export function casCheckDigit(body: string): string {
  return String(weightedSum(digitsOf(body, body.length), (at) => body.length - at) % 10);
}

export function isCas(text: string): boolean {
  const parts = FORM.exec(text);
  return parts !== null && casCheckDigit(`${parts[1]}${parts[2]}`) === parts[3];
}
