const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** Why a text is no number of a resident card 公民身份号码 (GB 11643-1999); null when it is one. Never repeats the text. */
export function whyInvalidResidentCard(text: string): string | null {
  if (!/^\d{17}[\dX]$/.test(text)) return 'must have 17 digits, and a digit or X';
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  return text[17] === CHECKS[sum % 11] ? null : 'has a wrong check character';
}
