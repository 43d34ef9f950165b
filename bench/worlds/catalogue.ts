import type { Bench } from '../bench.ts';
import { catalogueEntryAt } from '../catalogue-records.ts';
import { fillCatalogue } from '../fill-catalogue.ts';
import type { NodeServer } from '../node-server.ts';

export interface CatalogueWorld {
  readonly node: NodeServer;
  readonly count: number;
}

/** A top node that knows this many records of the nodes below it. */
export async function startCatalogue(
  bench: Bench,
  { name, count }: { name: string; count: number },
): Promise<CatalogueWorld> {
  const databaseUrl = await bench.postgres.findDatabase(name);
  const node = await bench.startNode(name, {
    KAPOK_ROLE: 'top',
    KAPOK_PREFIX: '88',
    DATABASE_URL: databaseUrl,
    KAPOK_RATE_LIMIT: '0',
  });
  await fillCatalogue({ databaseUrl, count, entryAt: (n) => catalogueEntryAt(n), own: false });
  return { node, count };
}
