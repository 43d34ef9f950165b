import { KapokError } from '../errors/kapok-error.ts';

/** INVALID_VALUE that names the place and the reason: `values[2].index must be …`. */
export function invalid(at: string, reason: string): KapokError {
  return new KapokError('INVALID_VALUE', { message: `${at} ${reason}`, at });
}

/** An object with no other fields than these. */
export function object(input: unknown, at: string, fields: readonly string[]): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw invalid(at, 'must be an object');
  for (const field of Object.keys(input)) {
    if (!fields.includes(field)) throw invalid(`${at}.${field}`, `is not a field here; there are ${fields.join(', ')}`);
  }
  return input as Record<string, unknown>;
}

export function whole(value: unknown, at: string, { min = 0, max }: { min?: number; max: number }): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(at, `must be a whole number from ${min} to ${max}`);
}

/** A text with a UTF-8 form; it may hold any character but NUL, which no PostgreSQL text can hold. */
export function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw invalid(at, 'must be a text');
  if (value.includes('\0')) throw invalid(at, 'contains the control character U+0000; use the format base64');
  if (!value.isWellFormed()) throw invalid(at, 'contains half a character; use the format base64');
  return value;
}

export function flag(value: unknown, at: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(at, 'must be true or false');
}
