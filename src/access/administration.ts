import { identifierKey, parseIdentifier, suffixKey, whyInvalidIdentifier } from '../identifier/identifier.ts';
import type { Reference, Value } from '../record/value.ts';
import type { PrefixTable } from '../registry/prefix-table.ts';
import type { RecordReader } from '../registry/record-reader.ts';
import type { Caller } from './caller.ts';

/** What it takes to understand who the administrators of a record are. */
export interface Administration {
  /** The canonical form of an identifier, as its prefix folds it: two spellings of one have the same. */
  readonly keyOf: (handle: string) => string;
  /** The values of a record that is hosted here; null for another's. */
  readonly find: (handle: string) => Promise<readonly Value[] | null>;
}

/** Lists of administrators are read from the records of this node alone: a decision under a lock waits for no other node. */
export function createAdministration(prefixes: PrefixTable, records: RecordReader): Administration {
  return {
    keyOf(handle) {
      if (whyInvalidIdentifier(handle) !== null) return handle;
      const identifier = parseIdentifier(handle);
      return identifierKey(identifier, prefixes.suffixCase(identifier.prefix));
    },
    async find(handle) {
      const { prefix, suffix } = parseIdentifier(handle);
      const entry = prefixes.match(prefix);
      if (entry === null || entry.site !== null || prefixes.findWithdrawn(prefix) !== null) return null;
      const record = await records.find({ prefix, suffixKey: suffixKey(suffix, prefixes.suffixCase(prefix)) });
      return record === null || record.values === null ? null : (JSON.parse(record.values) as Value[]);
    },
  };
}

/** The key that a caller has proven to hold; null when it is known by something else. */
export function keyOfCaller({ subject }: Caller): Reference | null {
  const [, index, handle] = /^(\d{1,10}):(.+)$/su.exec(subject ?? '') ?? [];
  return index === undefined || handle === undefined ? null : { index: Number(index), handle };
}
