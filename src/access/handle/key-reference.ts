import { type Identifier, parseIdentifier, whyInvalidIdentifier } from '../../identifier/identifier.ts';
import { MAX_INDEX } from '../../record/value.ts';

/** A key, named as Handle names it: the index of its value in the record of an identifier. */
export interface KeyReference {
  /** 0: any key of that record. */
  readonly index: number;
  readonly identifier: Identifier;
}

/** `300:88.101.1001/ADMIN`, or the identifier alone for any of its keys; null when it is neither. */
export function parseKeyReference(text: string): KeyReference | null {
  const [, digits, rest] = /^(\d{1,10}):(.*)$/su.exec(text) ?? [];
  const index = digits === undefined ? 0 : Number(digits);
  const handle = rest ?? text;
  if (index > MAX_INDEX || !handle.isWellFormed() || whyInvalidIdentifier(handle) !== null) return null;
  return { index, identifier: parseIdentifier(handle) };
}

/** The subject that a caller has who holds this key. */
export function subjectOfKey(index: number, handle: string): string {
  return `${index}:${handle}`;
}
