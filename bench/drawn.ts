import type { Bench } from './bench.ts';
import { checkRecord } from './checks.ts';
import { gaugeOf, readMetrics } from './counters.ts';
import { prepareLoad } from './load-profile.ts';
import { SMALL_CACHE } from './node-server.ts';
import type { Prepared } from './profile.ts';
import { sampleOf } from './requests.ts';
import { INDUSTRY } from './worlds/industry.ts';

/** The share of all records that memory has room for. */
const SHARE = 0.1;

export interface Drawn {
  readonly name: string;
  /** Exponent of Zipf's law; 0: all alike. */
  readonly skew: number;
  /** The share that memory must answer at least. */
  readonly least: number;
}

/** A load of names drawn by chance from all records of a node whose memory has room for a tenth of them. */
export async function prepareDrawn(bench: Bench, { name, skew, least }: Drawn): Promise<Prepared> {
  const { node: filled, settings, identifiers } = await bench.industry();
  const count = identifiers.length;
  const bytes = Math.ceil(SHARE * count * (await bytesAnEntry(filled.url)));
  const cacheBytes = Math.max(Number(SMALL_CACHE.KAPOK_CACHE_BYTES), bytes);
  const node = await bench.startNode(name, { ...settings, KAPOK_CACHE_BYTES: String(cacheBytes) });
  return prepareLoad(bench, {
    url: node.url,
    source: { kind: 'drawn', prefix: INDUSTRY, count, skew },
    status: 200,
    evenLength: true,
    served: [node.served, await bench.postgres.served()],
    proof: [{ node, event: 'hit', least }],
    check: async () => {
      for (const identifier of sampleOf(identifiers)) await checkRecord(node.url, identifier);
    },
  });
}

/** What the cache counts for one record, of the node that holds the hot ones. */
async function bytesAnEntry(url: string): Promise<number> {
  const text = await readMetrics(url);
  return gaugeOf(text, 'kapok_memory_cache_bytes') / gaugeOf(text, 'kapok_memory_cache_entries');
}
