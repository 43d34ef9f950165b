import type { Queryable } from '../../database/database.ts';
import type { Catalogue } from '../catalogue.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

export interface Applied {
  /** Entries that changed something. */
  readonly applied: number;
  readonly refused: readonly CatalogueEntry[];
}

/**
 * Puts entries of another node into the catalogue. One that the database cannot hold is found by halving and left out:
 * thrown, it would keep the whole page out, which would come again, for ever.
 */
export async function applyTheirs(
  tx: Queryable,
  catalogue: Catalogue,
  entries: readonly CatalogueEntry[],
): Promise<Applied> {
  if (entries.length === 0) return { applied: 0, refused: [] };
  await tx.query('savepoint theirs');
  try {
    const applied = await catalogue.apply(tx, entries);
    await tx.query('release savepoint theirs');
    return { applied, refused: [] };
  } catch (error) {
    if (!isAboutData(error)) throw error;
    await tx.query('rollback to savepoint theirs');
    await tx.query('release savepoint theirs');
  }
  if (entries.length === 1) return { applied: 0, refused: entries };
  const middle = Math.ceil(entries.length / 2);
  const first = await applyTheirs(tx, catalogue, entries.slice(0, middle));
  const second = await applyTheirs(tx, catalogue, entries.slice(middle));
  return { applied: first.applied + second.applied, refused: [...first.refused, ...second.refused] };
}

/** Data exceptions, constraints and limits of PostgreSQL, and what our own code throws at what it did not expect. */
function isAboutData(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return error instanceof Error && 'code' in error && /^(22|23|54)[0-9A-Z]{3}$/.test(String(error.code));
}
