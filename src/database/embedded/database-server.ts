import type { Config } from '../../config/config.ts';
import { nodeFolderOf } from '../../config/data-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

export interface DatabaseServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The server that a node is configured with, or else the one that comes with Kapok, started in the node's data folder. */
export async function openDatabaseServer(
  { databaseUrl, dataDir, prefix }: Pick<Config, 'databaseUrl' | 'dataDir' | 'prefix'>,
  log: { warn(details: object, message: string): void },
): Promise<DatabaseServer> {
  if (databaseUrl !== null) return { url: databaseUrl, close: async () => {} };
  const embedded = await startEmbeddedPostgres({
    dataDir: nodeFolderOf(dataDir, prefix ?? 'resolver'),
    log: (message, details) => log.warn(details ?? {}, message),
  });
  await embedded.ensureDatabase('kapok');
  return { url: embedded.url('kapok'), close: () => embedded.close() };
}
