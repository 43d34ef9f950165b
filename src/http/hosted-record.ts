import { type FullComputed, findFullComputed } from '../registry/computed/read-computed.ts';
import type { RecordName } from '../registry/record-reader.ts';
import type { StoredRecord } from '../registry/stored-record.ts';
import type { Services } from './services.ts';

/** The record of a hosted name with its private values, from the database: its own, or else the one that is computed. */
export async function findHostedRecord(services: Services, name: RecordName): Promise<StoredRecord | null> {
  return (await services.records.find(name)) ?? (await findHostedComputed(services, name))?.record ?? null;
}

/** What a pattern says of a name that has no record of its own. */
export async function findHostedComputed(
  { database, prefixes, computed }: Services,
  name: RecordName,
): Promise<FullComputed | null> {
  const match = computed.find(name, prefixes.suffixCase(name.prefix));
  return match === null ? null : findFullComputed(database, match);
}
