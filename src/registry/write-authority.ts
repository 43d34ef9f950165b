import type { Prefix } from '../identifier/prefix.ts';
import type { NewRecord, StoredRecord } from './stored-record.ts';

/** Decides, under the lock of the record, whether its writer may do what it is about to do. */
export interface WriteAuthority {
  /** Throws FORBIDDEN before anything is told about the record, also that there is none. */
  assertAdmits(current: StoredRecord | null): Promise<void>;
  /** Throws FORBIDDEN when the difference is more than the writer may make. */
  assertAllows(current: StoredRecord | null, next: NewRecord): Promise<void>;
  /** Whether the writer may be told which values the record holds. */
  maySee(current: StoredRecord | null): Promise<boolean>;
  /** Whether the writer may be told which record of a prefix stands in the way. */
  mayRead(prefix: Prefix): boolean;
}
