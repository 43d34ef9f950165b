import type { Queryable } from '../database/database.ts';
import type { SuffixCase } from '../identifier/identifier.ts';
import { findLongestMatch, lineage, PREFIX_RECORDS, type Prefix } from '../identifier/prefix.ts';
import type { PrefixEntry } from './prefix-entry.ts';

/** The columns that make a PrefixEntry, to be selected from `prefixes`. */
export const PREFIX_COLUMNS = `prefixes.prefix, prefixes.status, prefixes.site, prefixes.ttl, prefixes.suffix_case,
  prefixes.label, prefixes.version, to_char(prefixes.updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as updated_at`;

export interface PrefixRow extends Record<string, unknown>, Omit<PrefixEntry, 'suffixCase' | 'updatedAt'> {
  readonly suffix_case: SuffixCase;
  readonly updated_at: string;
}

export function prefixEntryOf(row: PrefixRow): PrefixEntry {
  const { prefix, status, site, ttl, suffix_case: suffixCase, label, version, updated_at: updatedAt } = row;
  return { prefix, status, site, ttl, suffixCase, label, version, updatedAt };
}

/** All prefixes of this node in memory, kept true by the change feed: a match costs one look-up a label. */
export class PrefixTable {
  readonly #entries = new Map<Prefix, PrefixEntry>();

  get size(): number {
    return this.#entries.size;
  }

  find(prefix: Prefix): PrefixEntry | null {
    return this.#entries.get(prefix) ?? null;
  }

  /** The prefixes whose records live here, in the order of their names. */
  hosted(): Prefix[] {
    return [...this.#entries.values()].flatMap(({ prefix, site }) => (site === null ? [prefix] : [])).sort();
  }

  /** The prefixes that other nodes answer for, with nothing suspended or revoked at or above them. */
  delegated(): Prefix[] {
    const entries = [...this.#entries.values()];
    return entries.flatMap(({ prefix, site }) =>
      site !== null && this.findWithdrawn(prefix) === null ? [prefix] : [],
    );
  }

  /** The entry of the longest known prefix that is this one or above it. */
  match(prefix: Prefix): PrefixEntry | null {
    return findLongestMatch(this.#entries, prefix);
  }

  /** The suspended or revoked prefix at or above this one that is nearest to the root; null when all are active. */
  findWithdrawn(prefix: Prefix): PrefixEntry | null {
    let withdrawn: PrefixEntry | null = null;
    for (const at of lineage(prefix)) {
      const entry = this.#entries.get(at);
      if (entry !== undefined && entry.status !== 'active') withdrawn = entry;
    }
    return withdrawn;
  }

  /**
   * How suffixes are compared here. What another node answers for is told apart by case, whatever that node does: two of
   * its identifiers must never share a cache entry.
   */
  suffixCase(prefix: Prefix): SuffixCase {
    if (prefix === PREFIX_RECORDS) return 'insensitive';
    const entry = this.match(prefix);
    return entry === null || entry.site !== null ? 'sensitive' : entry.suffixCase;
  }

  /** Grows with each change of the prefix or of one above it: what was said at a smaller one may no longer be so. */
  generation(prefix: Prefix): number {
    let sum = 0;
    for (const at of lineage(prefix)) sum += this.#entries.get(at)?.version ?? 0;
    return sum;
  }

  /** Keeps the newer of the present and the given entry. */
  put(entry: PrefixEntry): void {
    const present = this.#entries.get(entry.prefix);
    if (present === undefined || present.version <= entry.version) this.#entries.set(entry.prefix, entry);
  }

  async load(database: Queryable): Promise<void> {
    for (const row of await database.query<PrefixRow>(`select ${PREFIX_COLUMNS} from prefixes`)) {
      this.put(prefixEntryOf(row));
    }
  }

  /** The entries as the database holds them now, to be put. */
  async read(database: Queryable, prefixes: readonly Prefix[]): Promise<PrefixEntry[]> {
    const text = `select ${PREFIX_COLUMNS} from prefixes where prefix = any($1)`;
    return (await database.query<PrefixRow>({ name: 'read_prefixes', text }, [prefixes])).map(prefixEntryOf);
  }
}
