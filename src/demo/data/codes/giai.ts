/** What the text of a GS1 key may hold: GS1 AI encodable character set 82 (GS1 General Specifications §7.11). */
const FORM = /^[0-9]{4}[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,26}$/;

/**
 * A Global Individual Asset Identifier, GS1 AI (8004): a company prefix (digits, 4 at least) and an asset reference,
 * 30 characters at most. It has no check digit.
 */
export function isGiai(text: string): boolean {
  return FORM.test(text);
}
