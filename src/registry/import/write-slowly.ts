import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Value } from '../../record/value.ts';
import { replaceAll } from '../change-values.ts';
import type { Templates } from '../templates.ts';
import { writeRecordIn } from '../write-record.ts';
import type { Outcome } from './outcome.ts';
import type { ReadyRow } from './prepare-row.ts';
import type { ImportRights } from './rights.ts';

export interface SlowWriting {
  readonly overwrite: boolean;
  readonly actor: string;
  readonly rights: ImportRights;
  readonly templates: Templates;
}

/** Writes a row as a single write is written, with all that is asked there. A row that is refused leaves nothing behind. */
export async function writeSlowly(
  tx: Queryable,
  { identifier, suffixKey, record }: ReadyRow,
  { overwrite, actor, rights, templates }: SlowWriting,
): Promise<Outcome> {
  const values = JSON.parse(record.toText()) as Value[];
  await tx.query('savepoint slow_row');
  try {
    const authority = rights.authority(identifier.prefix);
    const change = replaceAll(values, { overwrite });
    const { version } = await writeRecordIn(tx, { identifier, suffixKey, actor, templates, authority, change });
    await tx.query('release savepoint slow_row');
    return version;
  } catch (error) {
    if (!(error instanceof KapokError) || error.httpStatus >= 500) throw error;
    await tx.query('rollback to savepoint slow_row');
    return error;
  }
}
