import { Database } from '../../src/database/database.ts';

const COUNTS = `select (select count(*) from identifiers) as identifiers,
  (select coalesce(sum(version), 0)::bigint from identifiers) as "versionsOfIdentifiers",
  (select count(*) from record_versions) as versions, (select coalesce(sum(size), 0)::bigint from changes) as changes,
  (select count(*) from prefixes) as prefixes, (select sum(version)::bigint from prefixes) as "versionsOfPrefixes",
  (select count(*) from tokens where revoked_at is null) as tokens, (select feed_head from node) as "feedHead"`;

/** All that a refused request must leave as it was. */
export type State = Record<string, number>;

export interface StateReader {
  read(): Promise<State>;
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** Looks into a node's database beside the node. */
export function openState(t: { teardown(work: () => Promise<unknown>): void }, url: string): StateReader {
  const database = new Database({ url, poolSize: 2 });
  t.teardown(() => database.close());
  return {
    read: async () => (await database.query<State>(COUNTS))[0] as State,
    query: (text, values = []) => database.query(text, values),
  };
}
