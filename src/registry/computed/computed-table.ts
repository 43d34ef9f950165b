import type { Queryable } from '../../database/database.ts';
import { foldCase } from '../../identifier/fold.ts';
import type { SuffixCase } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { publicValues } from '../../record/select.ts';
import type { Value } from '../../record/value.ts';
import type { RecordName } from '../record-reader.ts';
import type { StoredRecord } from '../stored-record.ts';
import { type ComputedName, type ComputedRecord, NEWER_COLUMNS, recordOf } from './computed-record.ts';
import { type Parts, SerialPattern } from './serial-pattern.ts';

/** The computed record that answers for a serial number. */
export interface ComputedMatch {
  readonly record: ComputedRecord;
  readonly parts: Parts;
}

/** A pattern and its ranges, the one that begins last first. */
interface Entry {
  readonly pattern: SerialPattern;
  readonly ranges: ComputedRecord[];
}

// The prefix is locked by who publishes, and each gets its next version: what came later has a greater one.
const NEWER = {
  name: 'newer_computed',
  text: `select ${NEWER_COLUMNS} from computed_records
    join unnest($1::text[], $2::bigint[]) as k(of_prefix, known) on of_prefix = prefix`,
};

interface NewerRow extends Omit<ComputedRecord, 'values'>, Record<string, unknown> {
  readonly version: number;
  /** Null: as they were. */
  readonly values: readonly Value[] | null;
}

/**
 * The computed records of this node in memory, without their private values; kept true by the change feed, for a change of
 * them is a change of their prefix. A look-up costs a step for each length of literal start below the prefix, and a match of
 * each pattern that shares the start.
 *
 * Where several would answer, the one with the longest literal start does; of those the first in the order of their texts; of
 * one pattern the range that begins last.
 */
export class ComputedTable {
  readonly #prefixes = new Map<Prefix, StartIndex>();

  find({ prefix, suffixKey }: RecordName, suffixCase: SuffixCase): ComputedMatch | null {
    return this.#prefixes.get(prefix)?.find(suffixKey, suffixCase) ?? null;
  }

  /** The public values of what answers. */
  findRecord(name: RecordName, suffixCase: SuffixCase): StoredRecord | null {
    const match = this.find(name, suffixCase);
    return match === null ? null : recordOf(match.record, match.parts);
  }

  async load(database: Queryable): Promise<void> {
    const text = `select ${NEWER_COLUMNS} from computed_records, (select 0 as known) as nothing`;
    this.#put(await database.query<NewerRow>(text));
  }

  /** Only what is new is transferred: who publishes a thousand one by one would read half a million otherwise. */
  async reload(database: Queryable, prefixes: readonly Prefix[]): Promise<void> {
    const known = prefixes.map((prefix) => this.#prefixes.get(prefix)?.version ?? 0);
    const rows = await database.query<NewerRow>(NEWER, [prefixes, known]);
    const present = new Set(rows.map(({ prefix }) => prefix));
    for (const prefix of prefixes) if (!present.has(prefix)) this.#prefixes.delete(prefix);
    this.#put(rows);
  }

  #put(rows: readonly NewerRow[]): void {
    const grouped = new Map<Prefix, NewerRow[]>();
    for (const row of rows) listOf(grouped, row.prefix).push(row);
    for (const [prefix, own] of grouped) {
      const before = this.#prefixes.get(prefix);
      const records = own.map(({ version: _, values, ...row }) =>
        values === null ? before?.get(row) : withoutPrivate({ ...row, values }),
      );
      const version = Math.max(...own.map((row) => row.version));
      this.#prefixes.set(
        prefix,
        new StartIndex(
          records.filter((record) => record !== undefined),
          version,
        ),
      );
    }
  }
}

/** The patterns of a prefix by what their suffixes begin with. */
class StartIndex {
  readonly #byStart = new Map<string, Entry[]>();
  /** The longest first. */
  readonly #lengths: readonly number[];
  readonly #byName = new Map<string, ComputedRecord>();
  /** The newest that any of them came with. */
  readonly version: number;

  constructor(records: readonly ComputedRecord[], version: number) {
    this.version = version;
    const entries = new Map<string, Entry>();
    for (const record of [...records].sort((a, b) => b.from - a.from)) {
      this.#byName.set(nameOf(record), record);
      const entry = entries.get(record.pattern) ?? { pattern: new SerialPattern(record.pattern), ranges: [] };
      entry.ranges.push(record);
      entries.set(record.pattern, entry);
    }
    const sorted = [...entries.values()].sort((a, b) => (a.pattern.text < b.pattern.text ? -1 : 1));
    for (const entry of sorted) {
      // Folded whatever the prefix says: the match itself compares as it does.
      const start = foldCase(entry.pattern.start);
      listOf(this.#byStart, start).push(entry);
    }
    this.#lengths = [...new Set([...this.#byStart.keys()].map(({ length }) => length))].sort((a, b) => b - a);
  }

  get(name: Omit<ComputedName, 'prefix'>): ComputedRecord | undefined {
    return this.#byName.get(nameOf(name));
  }

  find(suffixKey: string, suffixCase: SuffixCase): ComputedMatch | null {
    const folded = foldCase(suffixKey);
    for (const length of this.#lengths) {
      for (const { pattern, ranges } of this.#byStart.get(folded.slice(0, length)) ?? []) {
        const parts = pattern.match(suffixKey, suffixCase);
        if (parts === null) continue;
        const record = ranges.find(({ from, to }) => from <= parts.number && parts.number <= to);
        if (record !== undefined) return { record, parts };
      }
    }
    return null;
  }
}

function withoutPrivate(record: ComputedRecord): ComputedRecord {
  return record.hasPrivate ? { ...record, values: publicValues(record.values) } : record;
}

function nameOf({ pattern, from }: Omit<ComputedName, 'prefix'>): string {
  return `${from} ${pattern}`;
}

function listOf<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
