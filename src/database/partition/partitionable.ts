/** Tables that grow with the identifiers of a node and whose keys begin with the prefix: these may be partitioned by it. */
export const PARTITIONABLE = ['identifiers', 'identifier_versions', 'unique_values', 'files', 'catalogue'] as const;

export type Partitionable = (typeof PARTITIONABLE)[number];

/** Those that resolution and registration cannot do without. */
export const USUALLY_PARTITIONED: readonly Partitionable[] = ['identifiers', 'identifier_versions'];

/** The column that says in which part a row lies. */
export const PARTITION_KEY = 'prefix';

/** The table that is being filled, until it takes the name of the plain one. */
export function partitionedName(table: Partitionable): string {
  return `${table}_partitioned`;
}
