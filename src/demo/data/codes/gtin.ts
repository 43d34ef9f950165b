import { gs1CheckDigit, isGs1Key } from './gs1.ts';

/** The check digit that ends a GTIN-13, of its first 12 digits (GS1 General Specifications §7.9). */
export function gtin13CheckDigit(body: string): string {
  return gs1CheckDigit(body, 12);
}

/** The check digit that ends a GTIN-14, of its first 13 digits (GS1 General Specifications §7.9). */
export function gtin14CheckDigit(body: string): string {
  return gs1CheckDigit(body, 13);
}

export function isGtin13(text: string): boolean {
  return isGs1Key(text, 13);
}

export function isGtin14(text: string): boolean {
  return isGs1Key(text, 14);
}

/**
 * Whether a GTIN-13 lies in GS1 prefixes 200–299, restricted circulation within a region: numbers that by rule claim no
 * product of the open market (an RCN-13).
 */
export function isRestrictedCirculation(text: string): boolean {
  return isGtin13(text) && text.startsWith('2');
}
