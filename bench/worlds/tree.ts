import type { Bench } from '../bench.ts';
import { delegate, importRecords } from '../fill.ts';
import { type NodeServer, SMALL_CACHE } from '../node-server.ts';
import { identifierOf, importLines, RECORDS } from '../records.ts';

export const ENTERPRISE = '88.101.1001';

/** Three nodes with a database each; the top one recurses. */
export interface Tree {
  readonly top: NodeServer;
  readonly industry: NodeServer;
  readonly enterprise: NodeServer;
  readonly identifiers: readonly string[];
}

export async function startTree(bench: Bench): Promise<Tree> {
  const start = async (role: 'top' | 'industry' | 'enterprise', prefix: string) =>
    bench.startNode(`tree-${role}`, {
      ...SMALL_CACHE,
      KAPOK_ROLE: role,
      KAPOK_PREFIX: prefix,
      DATABASE_URL: await bench.postgres.createDatabase(`tree_${role}`),
    });
  const top = await start('top', '88');
  const industry = await start('industry', '88.101');
  const enterprise = await start('enterprise', ENTERPRISE);
  await delegate(top, { prefix: '88.101', url: industry.url });
  // A referral may be kept for no time: otherwise the top node would go straight to the enterprise from the second
  // request on, and the three hops would be two.
  await delegate(industry, { prefix: ENTERPRISE, url: enterprise.url, ttl: 0 });
  const count = bench.options.records ?? RECORDS;
  await importRecords(enterprise, importLines(ENTERPRISE, { count }));
  const identifiers = Array.from({ length: count }, (_, n) => identifierOf(ENTERPRISE, n));
  return { top, industry, enterprise, identifiers };
}
