import { Database } from '../src/database/database.ts';
import { migrate } from '../src/database/migrate.ts';
import { suffixKey } from '../src/identifier/identifier.ts';
import type { Prefix } from '../src/identifier/prefix.ts';
import { copyLines, lineOf } from './copy-lines.ts';
import { expectedValues, identifierOf } from './records.ts';
import { withClient } from './with-client.ts';

export interface FillIdentifiersOptions {
  readonly databaseUrl: string;
  readonly prefix: Prefix;
  readonly count: number;
  readonly progress: (text: string) => void;
}

const TARGET = 'identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor)';
const WRITTEN = '2026-01-02T03:04:05Z';
const TTL = 86_400;
/** Rows between two words on how far it has come. */
const STEP = 1_000_000;

/**
 * The records of `records.ts`, by COPY, into the database of a node that has not started yet: what an import would do in
 * minutes, with a change feed that nobody here reads. Nothing where as many are there already.
 */
export async function fillIdentifiers({ databaseUrl, prefix, count, progress }: FillIdentifiersOptions): Promise<void> {
  await makeSchema(databaseUrl);
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ number: string }>('select count(*) as number from identifiers');
    if (Number(rows[0]?.number) === count) return;
    // An earlier run may have been cut in the middle.
    await client.query('truncate identifiers');
    await copyLines(client, TARGET, recordLines({ prefix, count, progress }));
    await client.query('vacuum (analyze) identifiers');
    // Nothing of it is to be written while something is timed.
    await client.query('checkpoint');
  });
}

/** As the node that comes later would make it. */
export async function makeSchema(databaseUrl: string): Promise<void> {
  const database = new Database({ url: databaseUrl, poolSize: 1 });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

function* recordLines({ prefix, count, progress }: Omit<FillIdentifiersOptions, 'databaseUrl'>): Generator<string> {
  for (let n = 0; n < count; n++) {
    const identifier = identifierOf(prefix, n);
    const suffix = identifier.slice(prefix.length + 1);
    const values = expectedValues(identifier).map((value) => ({ ...value, timestamp: WRITTEN }));
    yield lineOf([prefix, suffixKey(suffix, 'insensitive'), suffix, 1, JSON.stringify(values), 'false', TTL, 'bench']);
    if ((n + 1) % STEP === 0) progress(`${(n + 1).toLocaleString('en')} of ${count.toLocaleString('en')} identifiers`);
  }
}
