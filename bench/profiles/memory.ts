import type { Bench } from '../bench.ts';
import { checkRecord } from '../checks.ts';
import { gaugeOf, readMetrics } from '../counters.ts';
import { resolveMany } from '../fill.ts';
import { untilFilterIsRead } from '../filter-read.ts';
import { callHttp } from '../http.ts';
import { failuresOf } from '../load-profile.ts';
import { type NodeServer, UNLIMITED } from '../node-server.ts';
import { type Comparison, type Measurement, NotMeasured, type Profile } from '../profile.ts';
import { spread } from '../records.ts';
import { settledBytes } from '../settled-memory.ts';
import { ratio } from '../statistics.ts';
import type { Filled } from '../worlds/filled.ts';
import { INDUSTRY } from '../worlds/industry.ts';

const RECORDS = 1_000_000;
/** Seconds in which memory must not have changed, of those of a measurement. */
const AT_REST = 4;
/** Room enough for each record, as the cache counts; it is not taken before it is needed. */
const ROOM = 3_000;
/** Bytes of memory to those of the answer. */
const TARGET = 2.5;
/** Seconds in which a node has been asked for each record; long, for it ends with the last. */
const PATIENCE = 3_600;

/** What records cost that lie in memory: the memory of the node's process before and after it has come to hold them. */
export const memory: Profile = {
  name: 'memory',
  about: 'memory that a record takes in the cache, beside the bytes of its answer: 1,000,000 records (--records)',
  prepare: async (bench) => {
    const filled = await bench.filled(bench.options.records ?? RECORDS);
    return {
      unit: 'identifiers',
      isWarm: true,
      check: async () => {},
      measure: (seconds) => measureMemory(bench, { ...filled, atRest: AT_REST * seconds }),
    };
  },
};

async function measureMemory(
  bench: Bench,
  { settings, count, identifierAt, atRest }: Filled & { readonly atRest: number },
): Promise<Measurement> {
  const node = await bench.startNode('memory', {
    ...settings,
    KAPOK_CACHE_BYTES: String(ROOM * count),
    ...UNLIMITED,
  });
  await untilFilterIsRead(node, count);
  const served = [node.served];
  const before = await settledBytes(served, atRest);
  if (before === null) throw new NotMeasured('memory is read from /proc');
  const begun = performance.now();
  await resolveMany(node, { count, identifierAt });
  const rate = count / ((performance.now() - begun) / 1000);
  const filled = await settledBytes(served, atRest);
  const result = await bench.generator.run({
    url: node.url,
    source: { kind: 'each', prefix: INDUSTRY, count },
    loop: { kind: 'closed', connections: bench.options.connections },
    seconds: PATIENCE,
    most: count,
    status: 200,
  });
  const asked = await settledBytes(served, atRest);
  const text = await readMetrics(node.url);
  const held = gaugeOf(text, 'kapok_memory_cache_entries');
  const sample = spread(50, count).map(identifierAt);
  const answer = await meanAnswer(node, sample);
  for (const identifier of sample) await checkRecord(node.url, identifier);
  await node.close();
  const each = (after: number | null) => ratio((after ?? before) - before, count);
  const heap = gaugeOf(text, 'nodejs_heap_size_used_bytes');
  return {
    ...{ rate, latency: null, perCpuSecond: null, serverCpu: null, generatorCpu: null, othersCpu: null },
    chosenRate: true,
    resident: asked,
    comparisons: [
      comparison('memory of a record that was resolved', { bytes: each(filled), answer }),
      comparison('memory of a record that was asked for by GET', { bytes: each(asked), answer }),
    ],
    notes: [
      `${count.toLocaleString('en')} records, an answer has ${answer} bytes; each took ${told(each(filled))} bytes of memory, ${told(each(asked))} after a GET`,
      `the cache counts ${told(gaugeOf(text, 'kapok_memory_cache_bytes') / held)} bytes for each; the heap has ${told(heap / 2 ** 20)} MiB in use`,
    ],
    failures: [
      // On a machine that is busy some are told as stale, and are longer.
      ...failuresOf(result, { status: 200, evenLength: false }),
      ...(held === count ? [] : [`the cache holds ${held} records, not ${count}`]),
    ],
  };
}

function comparison(name: string, { bytes, answer }: { bytes: number | null; answer: number }): Comparison {
  return { name: `${name}, to the bytes of its answer`, value: ratio(bytes, answer), most: TARGET };
}

async function meanAnswer({ url }: NodeServer, identifiers: readonly string[]): Promise<number> {
  let sum = 0;
  for (const identifier of identifiers) sum += (await callHttp(`${url}/api/handles/${identifier}`)).body.length;
  return sum / identifiers.length;
}

function told(value: number | null): string {
  return value === null ? 'an unknown number of' : Math.round(value).toLocaleString('en');
}
