import type { Bench } from '../bench.ts';
import { importRecords, resolveAll } from '../fill.ts';
import type { NodeServer } from '../node-server.ts';
import { HOT_RECORDS, identifierOf, importLines, RECORDS } from '../records.ts';
import { settle } from '../settle.ts';

export const INDUSTRY = '88.101';

/** An industry node that hosts records, with its memory cache and without Redis. */
export interface Industry {
  readonly node: NodeServer;
  /** Other processes of the same node share its database. */
  readonly settings: Readonly<Record<string, string>>;
  readonly identifiers: readonly string[];
  /** The few that are asked for again and again. */
  readonly hot: readonly string[];
}

export async function startIndustry(bench: Bench): Promise<Industry> {
  const databaseUrl = await bench.postgres.createDatabase('industry');
  const settings = { KAPOK_ROLE: 'industry', KAPOK_PREFIX: INDUSTRY, DATABASE_URL: databaseUrl };
  const node = await bench.startNode('industry', settings);
  const count = bench.options.records ?? RECORDS;
  await importRecords(node, importLines(INDUSTRY, { count }));
  await settle(node.url, databaseUrl);
  const identifiers = Array.from({ length: count }, (_, n) => identifierOf(INDUSTRY, n));
  const hot = identifiers.slice(0, HOT_RECORDS);
  await resolveAll(node, hot);
  return { node, settings, identifiers, hot };
}
