const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The check character of ISO/IEC 7064 MOD 37,36 over the letters and digits of a text, of which lower case counts as upper:
 * it finds each single error and each exchange of neighbours.
 */
export function mod37(text: string): string {
  let sum = 36;
  for (const character of alphanumeric(text)) {
    sum += ALPHANUMERIC.indexOf(character);
    if (sum > 36) sum -= 36;
    sum *= 2;
    if (sum >= 37) sum -= 37;
  }
  return ALPHANUMERIC.charAt((37 - sum) % 36);
}

/** The check digit of the Luhn formula (ISO/IEC 7812-1, annex B) over the digits of a text. */
export function luhn(text: string): string {
  const digits = [...text.replace(/[^0-9]/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, i) => total + (i % 2 === 0 ? crossSum(2 * digit) : digit), 0);
  return String((10 - (sum % 10)) % 10);
}

function crossSum(number: number): number {
  return number > 9 ? number - 9 : number;
}

function alphanumeric(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '');
}
