import { isGtin14 } from './gtin.ts';

export interface Udi {
  /** GTIN-14: the device identifier. */
  readonly gtin: string;
  /** YYMMDD; DD may be 00, the end of the month. */
  readonly expiry: string;
  readonly lot: string;
  readonly serial: string;
}

/** Character set 82 without parentheses, which here mark the next element: 20 characters at most in (10) and (21). */
const TEXT = `[!"%&'*+,\\-./0-9:;<=>?A-Z_a-z]{1,20}`;
const FORM = new RegExp(`^\\(01\\)([0-9]{14})\\(17\\)([0-9]{6})\\(10\\)(${TEXT})\\(21\\)(${TEXT})$`);

/**
 * A Unique Device Identifier as GS1 element strings in human-readable form: (01) GTIN, (17) expiry, (10) lot,
 * (21) serial (GS1 General Specifications §3).
 */
export function formatUdi(udi: Udi): string {
  return `(01)${udi.gtin}(17)${udi.expiry}(10)${udi.lot}(21)${udi.serial}`;
}

/** The parts of a UDI; null when it has another form, a wrong check digit or a date that no calendar has. */
export function parseUdi(text: string): Udi | null {
  const parts = FORM.exec(text);
  if (parts === null) return null;
  const [, gtin = '', expiry = '', lot = '', serial = ''] = parts;
  return isGtin14(gtin) && isExpiry(expiry) ? { gtin, expiry, lot, serial } : null;
}

export function isUdi(text: string): boolean {
  return parseUdi(text) !== null;
}

function isExpiry(yymmdd: string): boolean {
  const month = Number(yymmdd.slice(2, 4));
  // Day 0 of the next month is the last day of this one.
  const days = new Date(Date.UTC(2000 + Number(yymmdd.slice(0, 2)), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && Number(yymmdd.slice(4)) <= days;
}
