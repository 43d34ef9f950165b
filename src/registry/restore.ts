import type { Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Value } from '../record/value.ts';
import { isPresent } from './change-values.ts';
import { findNewest, findNewestPresent, findVersion } from './history.ts';
import type { RecordName } from './record-reader.ts';
import type { NewRecord, StoredRecord } from './stored-record.ts';

/**
 * The change that gives a record the values of an earlier version; without a number those that a tombstone took the place of.
 * Throws NOT_FOUND, VERSION_NOT_FOUND, or ALREADY_EXISTS where there is no tombstone.
 */
export async function restoring(
  tx: Queryable,
  name: RecordName,
  version: number | undefined,
): Promise<(current: StoredRecord | null) => NewRecord> {
  const newest = await findNewest(tx, name);
  if (newest === null) throw new KapokError('NOT_FOUND');
  const source = version === undefined ? await findNewestPresent(tx, name) : await findVersion(tx, name, version);
  if (source === null) throw new KapokError('VERSION_NOT_FOUND');
  const { values } = source;
  if (values === null) throw new KapokError('VERSION_NOT_FOUND', { message: `Version ${version} is a tombstone` });
  return (current) => {
    if (current?.version !== newest.version) throw new KapokError('VERSION_MISMATCH');
    if (version === undefined && isPresent(current))
      throw new KapokError('ALREADY_EXISTS', { message: 'The record is no tombstone; name the version to go back to' });
    return { values: JSON.parse(values) as Value[] };
  };
}
