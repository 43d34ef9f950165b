import type { Prefix } from '../identifier/prefix.ts';
import type { Value } from '../record/value.ts';

/** What the catalogue is told of one identifier. */
export interface CatalogueEntry {
  readonly prefix: Prefix;
  readonly suffixKey: string;
  /** As it was first spelled. */
  readonly identifier: string;
  readonly version: number;
  /** '': this node's own. Else the delegated prefix whose node told of it. */
  readonly source: Prefix | '';
  /** Of an own record all values, and the catalogue publishes the public ones; null: a tombstone. */
  readonly values: readonly Value[] | null;
  readonly successor: string | null;
  /** Who wrote it last; null where that is another node's to know. */
  readonly owner: string | null;
  /** RFC 3339, UTC. */
  readonly updatedAt: string;
}

export interface CatalogueKey {
  readonly prefix: Prefix;
  readonly suffixKey: string;
}
