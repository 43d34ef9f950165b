import { gs1CheckDigit, isGs1Key } from './gs1.ts';

/** The check digit that ends an SSCC, of extension digit, company prefix and serial reference: 17 digits. */
export function ssccCheckDigit(body: string): string {
  return gs1CheckDigit(body, 17);
}

/** A Serial Shipping Container Code, GS1 AI (00): 18 digits. */
export function isSscc(text: string): boolean {
  return isGs1Key(text, 18);
}
