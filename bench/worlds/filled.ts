import { parsePrefix } from '../../src/identifier/prefix.ts';
import type { Bench } from '../bench.ts';
import { assertRoom } from '../disk.ts';
import { fillIdentifiers } from '../fill-identifiers.ts';
import { identifierOf } from '../records.ts';
import { INDUSTRY } from './industry.ts';

/** On the disk for one record: row, index, and what PostgreSQL writes before it; measured at a million, rounded up. */
const BYTES_A_RECORD = 900;
/** Of the write-ahead log, whatever the number. */
const BYTES = 2 ** 30;

/** The database of a node that hosts many records and has not started. */
export interface Filled {
  readonly settings: Readonly<Record<string, string>>;
  readonly count: number;
  /** The record of a number below `count`. */
  readonly identifierAt: (n: number) => string;
}

export async function fillNode(bench: Bench, count: number): Promise<Filled> {
  const told = `${count.toLocaleString('en')} identifiers`;
  if (!bench.postgres.isElsewhere)
    await assertRoom(bench.folder, { bytes: BYTES + BYTES_A_RECORD * count, what: told });
  const databaseUrl = await bench.postgres.findDatabase(`filled_${count}`);
  bench.progress(`filling a database with ${told}`);
  await fillIdentifiers({ databaseUrl, prefix: parsePrefix(INDUSTRY), count, progress: bench.progress });
  return {
    settings: { KAPOK_ROLE: 'industry', KAPOK_PREFIX: INDUSTRY, DATABASE_URL: databaseUrl },
    count,
    identifierAt: (n) => identifierOf(INDUSTRY, n),
  };
}
