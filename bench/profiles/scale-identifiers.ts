import type { Bench } from '../bench.ts';
import { checkRecord } from '../checks.ts';
import { untilFilterIsRead } from '../filter-read.ts';
import type { LoadProfile } from '../load-profile.ts';
import { SMALL_CACHE } from '../node-server.ts';
import type { Profile } from '../profile.ts';
import { spread } from '../records.ts';
import { prepareScale } from '../small-beside-large.ts';
import { INDUSTRY } from '../worlds/industry.ts';

const SMALL = 10_000;
const LARGE = 10_000_000;
/** What p99 may grow by. */
const TARGET = 1.3;

/** Misses, which PostgreSQL answers: the same node with few identifiers, and with many. */
export const scaleIdentifiers: Profile = {
  name: 'scale-identifiers',
  about: 'GET of identifiers in PostgreSQL alone: 10,000,000 of them (--records) beside 10,000',
  prepare: async (bench) => {
    const most = bench.options.records ?? LARGE;
    const small = await missLoad(bench, { count: Math.min(SMALL, most), least: 0.8 });
    const large = await missLoad(bench, { count: most, least: 0.95 });
    const name = 'p99 of misses, many identifiers to few';
    const notes = [`${most.toLocaleString('en')} identifiers beside ${Math.min(SMALL, most).toLocaleString('en')}`];
    return prepareScale(bench, { small, large, name, most: TARGET, notes });
  },
};

/** `least`: of few records even the smallest memory holds some when they come again. */
async function missLoad(bench: Bench, { count, least }: { count: number; least: number }): Promise<LoadProfile> {
  const { settings, identifierAt } = await bench.filled(count);
  const node = await bench.startNode(`scale-${count}`, { ...settings, ...SMALL_CACHE });
  await untilFilterIsRead(node, count);
  return {
    url: node.url,
    source: { kind: 'each', prefix: INDUSTRY, count },
    status: 200,
    evenLength: true,
    served: [node.served, await bench.postgres.served()],
    proof: [{ node, event: 'miss', least }],
    check: async () => {
      for (const n of spread(20, count)) await checkRecord(node.url, identifierAt(n));
    },
  };
}
