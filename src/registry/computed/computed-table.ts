import type { Queryable } from '../../database/database.ts';
import { foldCase } from '../../identifier/fold.ts';
import type { SuffixCase } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { publicValues } from '../../record/select.ts';
import type { RecordName } from '../record-reader.ts';
import type { StoredRecord } from '../stored-record.ts';
import { COMPUTED_COLUMNS, type ComputedRecord, recordOf } from './computed-record.ts';
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

type Row = ComputedRecord & Record<string, unknown>;

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
    this.#put(await database.query<Row>(`select ${COMPUTED_COLUMNS} from computed_records`));
  }

  async reload(database: Queryable, prefixes: readonly Prefix[]): Promise<void> {
    const text = `select ${COMPUTED_COLUMNS} from computed_records where prefix = any($1)`;
    const rows = await database.query<Row>({ name: 'reload_computed', text }, [prefixes]);
    for (const prefix of prefixes) this.#prefixes.delete(prefix);
    this.#put(rows);
  }

  #put(rows: readonly Row[]): void {
    const grouped = new Map<Prefix, ComputedRecord[]>();
    for (const row of rows) grouped.set(row.prefix, [...(grouped.get(row.prefix) ?? []), withoutPrivate(row)]);
    for (const [prefix, records] of grouped) this.#prefixes.set(prefix, new StartIndex(records));
  }
}

/** The patterns of a prefix by what their suffixes begin with. */
class StartIndex {
  readonly #byStart = new Map<string, Entry[]>();
  /** The longest first. */
  readonly #lengths: readonly number[];

  constructor(records: readonly ComputedRecord[]) {
    const entries = new Map<string, Entry>();
    for (const record of [...records].sort((a, b) => b.from - a.from)) {
      const entry = entries.get(record.pattern) ?? { pattern: new SerialPattern(record.pattern), ranges: [] };
      entry.ranges.push(record);
      entries.set(record.pattern, entry);
    }
    const sorted = [...entries.values()].sort((a, b) => (a.pattern.text < b.pattern.text ? -1 : 1));
    for (const entry of sorted) {
      // Folded whatever the prefix says: the match itself compares as it does.
      const start = foldCase(entry.pattern.start);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), entry]);
    }
    this.#lengths = [...new Set([...this.#byStart.keys()].map(({ length }) => length))].sort((a, b) => b - a);
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
