/** The characters of GB 32100-2015 by their values: no I, O, S, V, Z, which are taken for others. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const LENGTH = 18;

/** Why a text is no unified social credit code 统一社会信用代码 (GB 32100-2015); null when it is one. Never repeats the text. */
export function whyInvalidUscc(text: string): string | null {
  if (text.length !== LENGTH) return `must have ${LENGTH} characters`;
  const values = Array.from(text, (character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) return 'must consist of digits and the capital letters without I, O, S, V and Z';
  return values[LENGTH - 1] === checkOf(values) ? null : 'has a wrong check character';
}

/** 31 minus the sum of the values with the weights 3^i, modulo 31. */
function checkOf(values: readonly number[]): number {
  let weight = 1;
  let sum = 0;
  for (const value of values.slice(0, LENGTH - 1)) {
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return (31 - (sum % 31)) % 31;
}
