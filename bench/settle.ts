import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { readMetrics } from './counters.ts';

/**
 * Until what an import leaves to be done later is done, which would otherwise be measured with what comes next: search finds
 * what was registered, and the database has nothing to clean up.
 */
export async function settle(url: string, databaseUrl: string): Promise<void> {
  while (!/^kapok_catalogue_lag 0$/m.test(await readMetrics(url))) await setTimeout(200);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('vacuum (analyze)');
  } finally {
    await client.end();
  }
}
