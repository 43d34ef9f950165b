/** ISO 3779: 17 characters, digits and capital letters without I, O and Q. */
const FORM = /^[A-HJ-NPR-Z0-9]{17}$/;
/** The value of each letter (49 CFR 565.15(c)); a digit is its own value. */
const VALUES: Readonly<Record<string, number>> = {
  ...{ A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8 },
  ...{ J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9 },
  ...{ S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 },
};
/** The weight of each position (49 CFR 565.15(c)); position 9 is the check digit itself. */
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const CHECK_POSITION = 8;

/**
 * The character due at position 9 of a VIN, `0` … `9` or `X`; what stands there now has no weight.
 * Modulo 11 shows every wrong digit, but not a letter taken for one of the same value (A for J or 1).
 */
export function vinCheckDigit(vin: string): string {
  if (!FORM.test(vin)) throw new RangeError(`Not the form of a VIN: ${vin}`);
  const sum = Array.from(vin).reduce(
    (total, mark, at) => total + (VALUES[mark] ?? Number(mark)) * (WEIGHTS[at] ?? 0),
    0,
  );
  return sum % 11 === 10 ? 'X' : String(sum % 11);
}

/** A VIN with its check digit, as North America and China require it; ISO 3779 alone leaves position 9 to the maker. */
export function isVin(text: string): boolean {
  return FORM.test(text) && vinCheckDigit(text) === text[CHECK_POSITION];
}

/** The VIN with the right character at position 9. */
export function withVinCheckDigit(vin: string): string {
  return vin.slice(0, CHECK_POSITION) + vinCheckDigit(vin) + vin.slice(CHECK_POSITION + 1);
}
