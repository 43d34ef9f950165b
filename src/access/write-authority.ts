import type { Permission } from '../../proto/http/permission.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Prefix } from '../identifier/prefix.ts';
import { type AdminBit, isAuthorityValue } from '../record/admin/bits.ts';
import { neededBits } from '../record/admin/needed-bits.ts';
import type { Value } from '../record/value.ts';
import { isPublicWritable } from '../record/writable.ts';
import { isPresent, valuesIn } from '../registry/change-values.ts';
import type { StoredRecord } from '../registry/stored-record.ts';
import type { WriteAuthority } from '../registry/write-authority.ts';
import type { Administration } from './administration.ts';
import { type Caller, isKnown } from './caller.ts';
import { may } from './may.ts';
import { rightsOn } from './record-rights.ts';

export interface WriteOptions {
  readonly prefix: Prefix;
  /** What the route asks of whoever is no administrator of the record. */
  readonly permission: Permission;
}

/**
 * What a caller may do to records of a prefix: as the administrators that a record names, or his grants, say; and as the
 * values' own bits do, whoever he is.
 */
export function createWriteAuthority(
  caller: Caller,
  { prefix, permission }: WriteOptions,
  administration: Administration,
): WriteAuthority {
  const rightsTo = (record: StoredRecord | null) =>
    rightsOn(caller, { prefix, values: valuesOf(record), transferred: record?.transferred }, administration);
  return {
    async assertAdmits(current) {
      const values = valuesOf(current);
      if (isKnown(caller) && values?.some((value) => isPublicWritable(value.permissions) && !isAuthorityValue(value)))
        return;
      const rights = await rightsTo(current);
      const theirs = rights.byRecord || current?.transferred === true;
      const admitted = theirs ? WRITING.some((bit) => rights.has(bit)) : may(caller, permission, prefix);
      if (!admitted) throw forbidden(prefix);
    },
    async assertAllows(current, next) {
      const before = valuesOf(current);
      const rights = await rightsTo(current);
      const { bits, locked, authority } = neededBits(before, next.values, { blind: !rights.has('readValue') });
      const missing = [...bits].filter((bit) => !rights.has(bit));
      if (missing.length > 0) throw rights.byRecord ? lacking(prefix, missing) : forbidden(prefix);
      // A device that keeps records up to date must not make itself another.
      if (authority && !rights.byRecord && !may(caller, 'records.register', prefix)) throw forbidden(prefix);
      if (locked !== null) throw writtenOnce(before?.find(({ index }) => index === locked));
    },
    async maySee(current) {
      return (await rightsTo(current)).has('readValue');
    },
    mayRead: (place) => may(caller, 'records.read', place),
  };
}

const WRITING: readonly AdminBit[] = [
  ...(['addHandle', 'deleteHandle', 'addValue', 'removeValue', 'modifyValue'] as const),
  ...(['addAdmin', 'removeAdmin', 'modifyAdmin'] as const),
];

function valuesOf(record: StoredRecord | null): readonly Value[] | null {
  return isPresent(record) ? valuesIn(record) : null;
}

function writtenOnce(value: Value | undefined): KapokError {
  const message = `The value with index ${value?.index} is written only once (its permissions are ${value?.permissions})`;
  return new KapokError('FORBIDDEN', { message, at: `index ${value?.index}` });
}

function lacking(subject: Prefix, bits: readonly AdminBit[]): KapokError {
  const message = `HS_ADMIN of the record does not give this key ${bits.join(', ')}`;
  return new KapokError('PERMISSION_MISSING', { message, subject });
}

function forbidden(subject: Prefix): KapokError {
  return new KapokError('FORBIDDEN', { subject });
}
