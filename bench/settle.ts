import { setTimeout } from 'node:timers/promises';
import { gaugeOf, readMetrics } from './counters.ts';
import { withClient } from './with-client.ts';

/**
 * Until what an import leaves to be done later is done, which would otherwise be measured with what comes next: search finds
 * what was registered, and the database has nothing to clean up.
 */
export async function settle(url: string, databaseUrl: string): Promise<void> {
  while (gaugeOf(await readMetrics(url), 'kapok_catalogue_lag') !== 0) await setTimeout(200);
  await withClient(databaseUrl, (client) => client.query('vacuum (analyze)'));
}
