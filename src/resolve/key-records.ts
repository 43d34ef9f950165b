import type { KeyHolder, KeyRecords } from '../access/handle/prove-key.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Identifier } from '../identifier/identifier.ts';
import type { Value } from '../record/value.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { RecordReader } from '../registry/record-reader.ts';
import type { Outcome, Query } from './outcome.ts';
import { createQuery } from './query.ts';
import type { Resolver } from './resolver.ts';

export interface KeyRecordsOptions {
  readonly prefixes: PrefixTable;
  readonly records: RecordReader;
  /** Asks the node that answers, past every cache: a key that was taken back must not open anything. */
  readonly remote: Resolver;
  /** Milliseconds that a look-up may take. */
  readonly deadline: number;
  readonly now: () => number;
}

/** Looks up keys where their record lives: in the database, whole, or at the node that answers for it, as it shows them. */
export function createKeyRecords({ prefixes, records, remote, deadline, now }: KeyRecordsOptions): KeyRecords {
  async function findOwn(query: Query): Promise<KeyHolder | null> {
    const record = await records.find(query);
    if (record === null || record.values === null) return null;
    return { handle: query.key, values: JSON.parse(record.values) as Value[], own: true };
  }

  async function ask(query: Query): Promise<Outcome | null> {
    try {
      return await remote.resolve(query, { deadline: now() + deadline, trace: null });
    } catch (error) {
      // There is nobody to ask: the key is no key here, whatever happens elsewhere.
      if (error instanceof KapokError && error.code === 'NOT_RESPONSIBLE') return null;
      throw error;
    }
  }

  return {
    async find(identifier: Identifier) {
      const query = createQuery(identifier, prefixes, { authoritative: true, recursive: true });
      if (prefixes.findWithdrawn(query.place) !== null) return null;
      const entry = prefixes.match(query.prefix);
      if (entry !== null && entry.site === null) return findOwn(query);
      const outcome = await ask(query);
      if (outcome?.kind !== 'found') return null;
      return { handle: query.key, values: outcome.record.values(), own: false };
    },
  };
}
