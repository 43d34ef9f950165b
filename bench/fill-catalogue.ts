import type { CatalogueEntry } from '../src/search/catalogue-entry.ts';
import { COLUMNS, catalogueRowOf } from '../src/search/catalogue-row.ts';
import { nearOf } from '../src/search/vocabulary.ts';
import { copyLines, lineOf } from './copy-lines.ts';
import { withClient } from './with-client.ts';

export interface FillOptions {
  readonly databaseUrl: string;
  readonly count: number;
  readonly entryAt: (n: number) => CatalogueEntry;
  /** Rows of `identifiers`, too: for what is this node's own. */
  readonly own: boolean;
}

/**
 * Nothing where as many are there already. Rows as the catalogue itself makes them, brought in by COPY with the indexes built afterwards: what the indexer would do
 * in twenty minutes, it does in two.
 */
export async function fillCatalogue({ databaseUrl, count, entryAt, own }: FillOptions): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const { rows: states } = await client.query<{ rows: string }>('select rows from catalogue_state');
    if (Number(states[0]?.rows) === count) return;
    await client.query(`set maintenance_work_mem = '512MB'`);
    // An earlier run may have been cut in the middle.
    await client.query('truncate catalogue, vocabulary, identifiers');
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes where tablename = 'catalogue' and indexname not like '%_pkey'`,
    );
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    const documents = new Map<string, number>();
    const names = COLUMNS.map(([name]) => name).join(', ');
    await copyLines(client, `catalogue (${names}, seq)`, catalogueLines({ count, entryAt, documents }));
    if (own)
      await copyLines(
        client,
        'identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor)',
        recordLines({ count, entryAt }),
      );
    await copyLines(client, 'vocabulary (term, documents, near)', wordLines(documents));
    for (const { definition } of indexes) await client.query(definition);
    await client.query('update catalogue_state set head = $1, rows = $1', [count]);
    for (const table of ['catalogue', 'vocabulary', 'identifiers']) await client.query(`vacuum (analyze) ${table}`);
  });
}

type Rows = Pick<FillOptions, 'count' | 'entryAt'>;

function* catalogueLines({ count, entryAt, documents }: Rows & { documents: Map<string, number> }): Generator<string> {
  for (let n = 0; n < count; n++) {
    const { columns, words } = catalogueRowOf(entryAt(n));
    for (const word of words) documents.set(word, (documents.get(word) ?? 0) + 1);
    yield lineOf([...columns, n + 1]);
  }
}

function* recordLines({ count, entryAt }: Rows): Generator<string> {
  for (let n = 0; n < count; n++) {
    const { prefix, suffixKey, version, values } = entryAt(n);
    yield lineOf([prefix, suffixKey, suffixKey, version, JSON.stringify(values), 'false', 86_400, 'bench']);
  }
}

function* wordLines(documents: ReadonlyMap<string, number>): Generator<string> {
  for (const [word, count] of documents) yield lineOf([word, count, nearOf(word)]);
}
