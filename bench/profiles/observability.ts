import type { Bench } from '../bench.ts';
import { resolveAll } from '../fill.ts';
import { type LoadProfile, type MeasuredLoad, measureLoad } from '../load-profile.ts';
import type { NodeServer } from '../node-server.ts';
import { auditor, metricsReader, nobody, type Onlooker, startCollector } from '../onlookers.ts';
import type { Measurement, Profile } from '../profile.ts';
import { warmUpSeconds } from '../rounds.ts';
import { mean, ratio } from '../statistics.ts';
import { hotLoad } from './memory-hit.ts';

interface Variant {
  readonly name: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly onlooker?: Onlooker;
}

const SILENT = { KAPOK_LOG_LEVEL: 'silent' };

/** Each beside a node without a log, at which nobody looks. What is counted for the metrics is counted there, too. */
const VARIANTS: readonly Variant[] = [
  { name: 'the log as it comes, one resolution in 1,024' },
  { name: 'a log of every resolution', settings: { KAPOK_LOG_SAMPLE: '1' } },
  { name: 'metrics read every second', settings: SILENT, onlooker: metricsReader },
  { name: 'an auditor who is told of every resolution', settings: SILENT, onlooker: auditor },
];
const TRACED: readonly Variant[] = [
  { name: 'traces of one request in 1,024', settings: SILENT },
  { name: 'traces of every request, 1,000 a second at most', settings: { ...SILENT, KAPOK_TRACE_SAMPLE: '1' } },
];

/** A variant, its node, and the load of it. */
interface Observed extends Variant {
  readonly node: NodeServer;
  readonly load: LoadProfile;
}

/** What it costs the hot path to be looked at: memory hits of nodes with one thing switched on each, in turn with one without any. */
export const observability: Profile = {
  name: 'observability',
  about: 'GET of 1,000 identifiers in memory with log, metrics, auditor and traces, each beside a node without',
  prepare: async (bench) => {
    const collector = await startCollector(bench.resources);
    const silent = await observe(bench, { name: 'silent', settings: SILENT });
    const traced = TRACED.map(({ settings, ...variant }) => ({
      ...variant,
      settings: { ...settings, KAPOK_TRACES: collector.url },
    }));
    const variants: Observed[] = [];
    for (const variant of [...VARIANTS, ...traced]) variants.push(await observe(bench, variant));
    return {
      unit: 'requests',
      isWarm: true,
      check: async () => {
        for (const { load } of [silent, ...variants]) await load.check();
      },
      measure: async (seconds) => {
        const before = collector.calls;
        const measured = await measureVariants(bench, { silent, variants, seconds: seconds / 2 });
        return { ...measured, notes: [`${collector.calls - before} calls of the nodes brought traces`] };
      },
    };
  },
};

async function observe(bench: Bench, variant: Variant): Promise<Observed> {
  const { settings, hot } = await bench.industry();
  const name = `observed-${variant.name.replaceAll(/\W+/g, '-')}`;
  const node = await bench.startNode(name, { ...settings, ...variant.settings });
  await resolveAll(node, hot);
  const observed = { ...variant, node, load: hotLoad(node, hot) };
  // Each as long: the silent one is loaded more often than any other, and would be compiled further.
  const warmedUp = await measureObserved(bench, observed, warmUpSeconds(bench.options.seconds));
  if (warmedUp.failures.length > 0) throw new Error(`${variant.name}: ${warmedUp.failures.join('; ')}`);
  return observed;
}

interface Variants {
  readonly silent: Observed;
  readonly variants: readonly Observed[];
  readonly seconds: number;
}

/** The silent one before and after each: drift meets both. */
async function measureVariants(bench: Bench, { silent, variants, seconds }: Variants): Promise<Measurement> {
  const silences = [await measureObserved(bench, silent, seconds)];
  const measured: MeasuredLoad[] = [];
  for (const variant of variants) {
    measured.push(await measureObserved(bench, variant, seconds));
    silences.push(await measureObserved(bench, silent, seconds));
  }
  const toNone = (i: number, read: (load: MeasuredLoad) => number | null) => {
    const [before, after] = [silences[i], silences[i + 1]].map((silence) =>
      silence === undefined ? 0 : read(silence),
    );
    return ratio(read(measured[i] as MeasuredLoad), mean(before ?? 0, after ?? 0));
  };
  // The node as a user has it.
  const { result: _, ...own } = measured[0] as MeasuredLoad;
  return {
    ...own,
    comparisons: variants.flatMap(({ name }, i) => [
      { name: `${name}: requests/s to none`, value: toNone(i, ({ rate }) => rate) },
      { name: `${name}: requests per CPU second to none`, value: toNone(i, ({ perCpuSecond }) => perCpuSecond) },
    ]),
    failures: [...silences, ...measured].flatMap(({ failures }) => failures),
  };
}

async function measureObserved(bench: Bench, { node, load, onlooker = nobody }: Observed, seconds: number) {
  const stop = await onlooker(node);
  try {
    return await measureLoad(bench, load, seconds);
  } finally {
    await stop();
  }
}
