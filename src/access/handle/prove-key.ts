import { foldCase } from '../../identifier/fold.ts';
import type { Identifier } from '../../identifier/identifier.ts';
import { isPublicReadable } from '../../record/permissions.ts';
import type { Value, ValueData } from '../../record/value.ts';
import type { BasicCredential } from './basic.ts';
import { type KeyReference, subjectOfKey } from './key-reference.ts';
import { isSecretOf, type KeyType, type Proof, whyNotProven } from './verify-proof.ts';

/** A record in which keys are looked up. */
export interface KeyHolder {
  /** The identifier in its canonical form. */
  readonly handle: string;
  /** All of a record that is hosted here, the public ones of another node's. */
  readonly values: readonly Value[];
  readonly own: boolean;
}

export interface KeyRecords {
  /** Null when there is no such record. Throws when that cannot be found out: an outage says nothing about a key. */
  find(identifier: Identifier): Promise<KeyHolder | null>;
}

/** Said whatever is wrong with it: the record, the index, the type or the key. */
export const NOT_VERIFIED = 'The key at that index does not verify it';

/** Keys that a credential without an index is tried with, at most. */
const MAX_TRIES = 8;

/** The subject that has proven to hold a key; otherwise why it has not. */
export async function proveKey(
  records: KeyRecords,
  reference: KeyReference,
  proof: Proof,
): Promise<{ readonly subject: string } | { readonly reason: string }> {
  const holder = await records.find(reference.identifier);
  let reason = NOT_VERIFIED;
  for (const value of keysOf(holder, proof.type, reference)) {
    const why = whyNotProven(value.data, proof);
    if (why === null) return { subject: subjectOfKey(value.index, holder?.handle ?? '') };
    // What everybody can read in the record may be told; nothing else.
    if (isPublicReadable(value.permissions)) reason = `${NOT_VERIFIED}: ${why}`;
  }
  return { reason };
}

/** The subject whose secret key this is; null when it is nobody's. Secrets are known of the records that are hosted here. */
export function findSecretHolder(records: KeyRecords, { key, secret }: BasicCredential): Promise<string | null> {
  return findHolderOf(records, key, (data) => isSecretOf(data, secret));
}

/** The subject whose secret key is right; `isRight` takes the same time for null, which is never right, as for another one. */
export async function findHolderOf(
  records: KeyRecords,
  key: KeyReference,
  isRight: (data: ValueData | null) => boolean,
): Promise<string | null> {
  const holder = await records.find(key.identifier);
  let subject: string | null = null;
  const values = keysOf(holder, 'HS_SECKEY', key);
  // Something is compared in any case: the time does not tell a wrong secret from a record without one.
  if (values.length === 0) isRight(null);
  for (const value of values) {
    if (isRight(value.data) && subject === null) subject = subjectOfKey(value.index, holder?.handle ?? '');
  }
  return subject;
}

function keysOf(holder: KeyHolder | null, type: KeyType, { index }: KeyReference): readonly Value[] {
  if (holder === null || (type === 'HS_SECKEY' && !holder.own)) return [];
  const ofType = holder.values.filter((value) => foldCase(value.type) === type);
  return index === 0 ? ofType.slice(0, MAX_TRIES) : ofType.filter((value) => value.index === index);
}
