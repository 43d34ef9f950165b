import type { Queryable } from '../database/database.ts';

export interface Frequencies {
  /** Records in all. */
  readonly rows: number;
  /** In how many a term is, about. Terms of which that is not known are taken for rare. */
  readonly documents: ReadonlyMap<string, number>;
}

const READ = {
  name: 'term_frequencies',
  text: `select rows, (select json_object_agg(term, documents) from vocabulary where term = any($1)) as documents
    from catalogue_state`,
};

/** How frequent terms and marks are among public records. */
export async function readFrequencies(database: Queryable, terms: readonly string[]): Promise<Frequencies> {
  type Row = { rows: number; documents: Record<string, number> | null };
  const [row] = await database.query<Row>(READ, [terms]);
  return { rows: row?.rows ?? 0, documents: new Map(Object.entries(row?.documents ?? {})) };
}
