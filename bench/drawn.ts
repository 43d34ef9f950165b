import type { Bench } from './bench.ts';
import { checkRecord } from './checks.ts';
import { gaugeOf, readMetrics } from './counters.ts';
import { resolveMany } from './fill.ts';
import { untilFilterIsRead } from './filter-read.ts';
import { prepareLoad } from './load-profile.ts';
import { SMALL_CACHE, UNLIMITED } from './node-server.ts';
import type { Prepared } from './profile.ts';
import { scatterOf } from './random.ts';
import { spread } from './records.ts';
import { INDUSTRY } from './worlds/industry.ts';

/** The share of all records that memory has room for. */
const SHARE = 0.1;

export interface Drawn {
  readonly name: string;
  /** Records, when `--records` says nothing else. */
  readonly count: number;
  /** Exponent of Zipf's law; 0: all alike. */
  readonly skew: number;
  /** The share that memory must answer at least. */
  readonly least: number;
}

/** A load of names drawn by chance from all records of a node whose memory has room for a tenth of them. */
export async function prepareDrawn(bench: Bench, { name, skew, least, ...drawn }: Drawn): Promise<Prepared> {
  const { settings, count, identifierAt } = await bench.filled(bench.options.records ?? drawn.count);
  const { node: filled } = await bench.industry();
  const bytes = Math.ceil(SHARE * count * (await bytesAnEntry(filled.url)));
  const cacheBytes = Math.max(Number(SMALL_CACHE.KAPOK_CACHE_BYTES), bytes);
  const node = await bench.startNode(name, { ...settings, ...UNLIMITED, KAPOK_CACHE_BYTES: String(cacheBytes) });
  await untilFilterIsRead(node, count);
  // Memory is full from the beginning, of what is asked for most: by requests alone that would take an hour.
  const held = Math.floor(SHARE * count);
  const scatter = scatterOf(count);
  bench.progress(`filling the memory with ${held.toLocaleString('en')} records`);
  await resolveMany(node, { count: held, identifierAt: (rank) => identifierAt(scatter(held - 1 - rank)) });
  return prepareLoad(bench, {
    url: node.url,
    source: { kind: 'drawn', prefix: INDUSTRY, count, skew },
    status: 200,
    evenLength: true,
    served: [node.served, await bench.postgres.served()],
    proof: [{ node, event: 'hit', least }],
    check: async () => {
      for (const n of spread(50, count)) await checkRecord(node.url, identifierAt(n));
    },
  });
}

/** What the cache counts for one record, of the node that holds the hot ones. */
async function bytesAnEntry(url: string): Promise<number> {
  const text = await readMetrics(url);
  return gaugeOf(text, 'kapok_memory_cache_bytes') / gaugeOf(text, 'kapok_memory_cache_entries');
}
