import type { Queryable } from '../database/database.ts';
import type { Prefix } from '../identifier/prefix.ts';
import type { CatalogueEntry, CatalogueKey } from './catalogue-entry.ts';
import { type CatalogueRow, COLUMNS, catalogueRowOf } from './catalogue-row.ts';
import { Vocabulary } from './vocabulary.ts';

/** Any number that no other lock has: "kapca" in ASCII. */
const CATALOGUE_LOCK = 0x6b61706361;

const PRESENT = {
  name: 'catalogue_present',
  text: `select k.n::int as n, c.version, c.source, c.digest::text as digest
    from unnest($1::text[], $2::text[]) with ordinality as k(prefix, suffix_key, n)
    join catalogue c on c.prefix = k.prefix and c.suffix_key = k.suffix_key`,
};

const NAMES = COLUMNS.map(([name]) => name).join(', ');
// An array of arrays must have even rows, so facts come as JSON texts.
const PARAMETERS = COLUMNS.map(
  ([, type], i) => `$${i + 3}::${type === 'text[]' || type === 'tsvector' ? 'text' : type}[]`,
);
const SELECTED = COLUMNS.map(([name, type]) => {
  if (type === 'tsvector') return `${name}::tsvector`;
  return type === 'text[]' ? `array(select json_array_elements_text(${name}::json))` : name;
});
const UPDATED = COLUMNS.map(([name]) => `${name} = excluded.${name}`).join(', ');

const STORE = {
  name: 'catalogue_store',
  text: `with head as (
      update catalogue_state set head = head + $1::int, rows = rows + $2::int returning head - $1::int as before
    )
    insert into catalogue (${NAMES}, seq)
    select ${SELECTED.join(', ')}, head.before + n
    from head, unnest(${PARAMETERS.join(', ')}) with ordinality as e(${NAMES}, n)
    on conflict (prefix, suffix_key) do update set ${UPDATED}, seq = excluded.seq`,
};

/** The one writer of the catalogue. */
export class Catalogue {
  readonly #vocabulary = new Vocabulary();

  /**
   * Puts entries in, own or mirrored, in the caller's transaction; answers how many changed something. From here to its end
   * all other writers of the catalogue wait, so `seq` has no holes and follows the commits: who reads rows by seq misses
   * none.
   *
   * An entry is ignored when the row present has the same source and a newer version, or is the same. An entry of another
   * source takes the row over: the caller answers for the prefix being that source's now (`isUnder(prefix, source)`, and
   * delegated there at this moment, read in this transaction). Of several entries for one key the newest counts. A mirrored
   * entry's private values and owner are dropped. Some hundreds of entries a call are best: about 0.2 ms each.
   */
  async apply(tx: Queryable, entries: readonly CatalogueEntry[]): Promise<number> {
    if (entries.length === 0) return 0;
    await tx.query('select pg_advisory_xact_lock($1)', [CATALOGUE_LOCK]);
    const { rows, added } = await keepNews(tx, newestOf(entries).map(catalogueRowOf));
    if (rows.length === 0) return 0;
    const columns = COLUMNS.map(([, type], i) => rows.map(({ columns }) => parameterOf(columns[i], type)));
    await tx.query(STORE, [rows.length, added, ...columns]);
    await this.#vocabulary.learn(
      tx,
      rows.flatMap(({ words }) => words),
    );
    return rows.length;
  }

  /** Takes out rows of one source; answers how many there were. Whoever follows by seq is not told: digests tell. */
  remove(tx: Queryable, source: Prefix | '', keys: readonly CatalogueKey[]): Promise<number> {
    const values = [source, keys.map(({ prefix }) => prefix), keys.map(({ suffixKey }) => suffixKey)];
    return takeOut(tx, 'unnest($2::text[], $3::text[]) as k(prefix, suffix_key)', values);
  }

  /** Takes out at most `limit` rows of one source, and of one prefix when it is given; answers how many there were. */
  removeSome(
    tx: Queryable,
    source: Prefix | '',
    { prefix = null, limit }: { prefix?: Prefix | null; limit: number },
  ): Promise<number> {
    const some = `(select prefix, suffix_key from catalogue where source = $1 and ($2::text is null or prefix = $2) limit $3) as k`;
    return takeOut(tx, some, [source, prefix, limit]);
  }
}

/** `keys` is SQL that gives rows k(prefix, suffix_key); $1 is the source. */
async function takeOut(tx: Queryable, keys: string, values: readonly unknown[]): Promise<number> {
  await tx.query('select pg_advisory_xact_lock($1)', [CATALOGUE_LOCK]);
  const text = `with gone as (
      delete from catalogue c using ${keys}
      where c.prefix = k.prefix and c.suffix_key = k.suffix_key and c.source = $1 returning 1
    )
    update catalogue_state set rows = rows - (select count(*) from gone) returning (select count(*) from gone) as gone`;
  const [row] = await tx.query<{ gone: number }>(text, values);
  return row?.gone ?? 0;
}

function newestOf(entries: readonly CatalogueEntry[]): CatalogueEntry[] {
  const newest = new Map<string, CatalogueEntry>();
  for (const entry of entries) {
    const key = `${entry.prefix}/${entry.suffixKey}`;
    const other = newest.get(key);
    if (other === undefined || other.source !== entry.source || other.version <= entry.version) newest.set(key, entry);
  }
  return [...newest.values()].map((entry) => (entry.source === '' ? entry : { ...entry, owner: null }));
}

/** The rows that say something new, and how many of them are of identifiers that were not known. */
async function keepNews(
  tx: Queryable,
  rows: readonly CatalogueRow[],
): Promise<{ rows: CatalogueRow[]; added: number }> {
  const names = [rows.map(({ entry }) => entry.prefix), rows.map(({ entry }) => entry.suffixKey)];
  type Present = { n: number; version: number; source: string; digest: string };
  const present = await tx.query<Present>(PRESENT, names);
  const known = new Map(present.map((row) => [row.n - 1, row]));
  const news = rows.filter(({ entry, digest }, i) => {
    const row = known.get(i);
    if (row === undefined || row.source !== entry.source) return true;
    return row.version < entry.version || (row.version === entry.version && row.digest !== digest);
  });
  return { rows: news, added: rows.length - present.length };
}

function parameterOf(column: CatalogueRow['columns'][number] | undefined, type: string) {
  return type === 'text[]' ? JSON.stringify(column) : column;
}
