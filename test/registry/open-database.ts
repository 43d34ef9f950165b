import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { parseIdentifier, suffixKey } from '../../src/identifier/identifier.ts';
import { NO_DEMANDS } from '../../src/record/template/demands.ts';
import type { Value } from '../../src/record/value.ts';
import type { RecordWrite } from '../../src/registry/write-record.ts';
import type { TestDatabases } from '../support/database.ts';
import { UNRESTRICTED } from '../support/unrestricted.ts';

interface Teardown {
  teardown(work: () => Promise<unknown>): void;
}

/** A database with the schema of a node, and a pool of its own. */
export async function openDatabase(
  t: Teardown,
  databases: TestDatabases,
): Promise<{ database: Database; url: string }> {
  const url = await databases.create();
  const database = new Database({ url, poolSize: 24 });
  t.teardown(() => database.close());
  await migrate(database);
  return { database, url };
}

export function urlValue(data: string, index = 1): Value {
  return {
    index,
    type: 'URL',
    data: { format: 'string', value: data },
    ttl: 86_400,
    timestamp: '2026-01-02T03:04:05Z',
  };
}

export function writeOf(text: string, change: RecordWrite['change'], actor = 'tester'): RecordWrite {
  const identifier = parseIdentifier(text);
  const known = { identifier, suffixKey: suffixKey(identifier.suffix, 'insensitive'), actor };
  return { ...known, change, templates: noTemplates, authority: UNRESTRICTED };
}

/** For records that name no template. */
export const noTemplates = { assertFollows: () => undefined, demandsOf: () => NO_DEMANDS };

export interface FeedRow {
  readonly seq: number;
  readonly prefix: string;
  readonly suffix_key: string | null;
  readonly version: number;
}

/** The whole change feed, and the number that the node says is its last. */
export async function readWholeFeed(database: Database): Promise<{ head: number; rows: FeedRow[] }> {
  const rows = await database.query<FeedRow & Record<string, unknown>>(
    `select b.seq - b.size + n as seq, b.prefix, b.suffix_keys[n] as suffix_key, b.versions[n] as version
     from changes b, generate_series(1, b.size) as n order by b.seq, n`,
  );
  const [node] = await database.query<{ feed_head: number }>('select feed_head from node');
  return { head: node?.feed_head ?? -1, rows };
}

export function countTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
