import type { Queryable } from '../../database/database.ts';
import type { Chunk } from './chunk.ts';
import { type Existing, findExisting } from './find-existing.ts';
import type { Outcome } from './outcome.ts';
import type { ReadyRow } from './prepare-row.ts';
import { SeenNames } from './seen-names.ts';
import { sortRows } from './store-rows.ts';
import { type SlowWriting, writeSlowly } from './write-slowly.ts';

/** What would become of the chunks of an import, one after the other; nothing of it stays. */
export class DryRun {
  readonly #written = new SeenNames();

  async rehearse(tx: Queryable, chunk: Chunk, writing: SlowWriting): Promise<Map<ReadyRow, Outcome>> {
    const outcomes = new Map<ReadyRow, Outcome>();
    await tx.query('savepoint dry_run');
    for (const rows of chunk.generations) {
      const existing = await findExisting(tx, rows, { lock: false });
      for (const row of rows) this.#after(row, existing);
      const sorted = sortRows(rows, existing, writing);
      for (const row of sorted.slow) outcomes.set(row, await writeSlowly(tx, row, writing));
      for (const [row, outcome] of sorted.outcomes) {
        outcomes.set(row, outcome);
        if (typeof outcome === 'number') this.#written.add(nameOf(row));
      }
    }
    await tx.query('rollback to savepoint dry_run');
    return outcomes;
  }

  /** A row that names again what an earlier one would have written finds what that one would have left. */
  #after(row: ReadyRow, existing: Map<ReadyRow, Existing>): void {
    const times = this.#written.count(nameOf(row));
    if (times === 0) return;
    const { version, guarded } = existing.get(row) ?? { version: 0, guarded: false };
    existing.set(row, { version: version + times, tombstone: false, guarded });
  }
}

function nameOf({ identifier, suffixKey }: ReadyRow): string {
  return `${identifier.prefix}/${suffixKey}`;
}
