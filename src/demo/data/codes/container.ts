/** ISO 6346:1995 §3: three letters of the owner, the equipment category (U, J or Z), six digits. */
const BODY = /^[A-Z]{3}[UJZ][0-9]{6}$/;

/**
 * The remainder, 0 to 10, that the check digit of a container number stands for (ISO 6346:1995, Annex A): letters count
 * from 10 and leave out the multiples of 11, the weight of a place is a power of two, modulo 11.
 */
export function containerRemainder(body: string): number {
  if (!BODY.test(body)) throw new RangeError(`Not the form of a container number: ${body}`);
  return Array.from(body).reduce((sum, mark, at) => sum + markValue(mark) * 2 ** at, 0) % 11;
}

/**
 * The digit after owner code, category and serial number. 10 is written 0 as well, so a wrong digit can hide between
 * those two; the standard advises against serial numbers that leave 10.
 */
export function containerCheckDigit(body: string): string {
  return String(containerRemainder(body) % 10);
}

export function isContainer(text: string): boolean {
  const body = text.slice(0, -1);
  return BODY.test(body) && containerCheckDigit(body) === text.at(-1);
}

function markValue(mark: string): number {
  if (mark <= '9') return Number(mark);
  const place = mark.charCodeAt(0) - 65;
  // A is 10, B skips 11, L skips 22, V skips 33.
  return 10 + place + (mark >= 'B' ? 1 : 0) + (mark >= 'L' ? 1 : 0) + (mark >= 'V' ? 1 : 0);
}
