import t from 'tap';
import type { Measurement, Profile } from '../../bench/profile.ts';
import type { Run } from '../../bench/rounds.ts';
import { summarizeBare, summarizeRun } from '../../bench/summary.ts';
import { formatTable } from '../../bench/table.ts';

function measured(rate: number, more: Partial<Measurement> = {}): Measurement {
  const latency = { p50: 1.234, p99: 12.34, p999: 123.4, max: 200, curve: [] };
  const cpu = { perCpuSecond: rate * 2, serverCpu: 0.5, generatorCpu: 0.4, othersCpu: 0.015 };
  return { rate, latency, ...cpu, failures: [], ...more };
}

function runOf(name: string, more: Partial<Run> = {}): Run {
  const profile: Profile = { name, about: '', prepare: () => Promise.reject(new Error('not called')) };
  const prepared = { unit: 'requests', check: async () => {}, measure: async () => measured(0) };
  return { profile, prepared, rounds: [], failures: [], notMeasured: null, ...more };
}

t.test(
  'a round is compared with the bare server before and after it, and the median of the rounds is told',
  async (t) => {
    const row = summarizeRun(
      runOf('memory-hit', {
        rounds: [
          { measured: measured(900, { proof: 0.999 }), bare: [measured(1000), measured(1000)] },
          { measured: measured(400, { proof: 0.98 }), bare: [measured(400), measured(600)] },
          { measured: measured(700, { proof: 1 }), bare: [measured(2000), measured(1000)] },
        ],
      }),
    );
    t.strictSame(
      row.ratios.map((value) => value?.toFixed(3)),
      ['0.900', '0.800', '0.467'],
    );
    t.match(row, { status: 'ok', rate: 700, ratio: 0.8, cpuRatio: 0.8, p50: 1.234, proof: 0.999 });
  },
);

t.test('an import is compared with what was measured beside it, not with the bare server', async (t) => {
  const bare = [measured(9), measured(9)] as const;
  const rounds = [{ measured: measured(50, { comparedRate: 200, latency: null }), bare }];
  t.match(summarizeRun(runOf('bulk-import', { rounds })), { ratio: 0.25, cpuRatio: null, comparedWith: 'bare COPY' });
});

t.test('a rate that was chosen is compared with nothing', async (t) => {
  const bare = [measured(900), measured(900)] as const;
  const row = summarizeRun(runOf('redis-slow', { rounds: [{ measured: measured(300, { chosenRate: true }), bare }] }));
  t.match(row, { rate: 300, ratio: null, ratios: [null], comparedWith: 'nothing', serverCpu: 0.5 });
  t.match(formatTable([row]), /\| redis-slow +\| +300 \| +– \|/);
});

t.test('the table shows every number in its unit, and what is unknown as unknown', async (t) => {
  const bare = [measured(50_000), measured(50_000)] as const;
  const elsewhere = { perCpuSecond: null, serverCpu: null, generatorCpu: null, othersCpu: null };
  const table = formatTable([
    summarizeBare(bare),
    summarizeRun(runOf('memory-hit', { rounds: [{ measured: measured(45_678, { proof: 1 }), bare }] })),
    summarizeRun(runOf('peer-hot', { rounds: [{ measured: measured(10, elsewhere), bare }] })),
  ]);
  const cells = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  t.strictSame(cells[3]?.slice(1, 12), [
    ...['memory-hit', '45,678', '0.91', '1.23', '12.3', '123', '91,356', '0.91', '50 %', '40 %', '2 %'],
  ]);
  t.strictSame(cells[4]?.slice(1, 12), [
    ...['peer-hot', '10', '0.00', '1.23', '12.3', '123', 'not measured', '–', '–', '–', '–'],
  ]);
  t.match(table, /memory-hit: 100\.0 % went the way it is about/);
  const widths = table
    .split('\n')
    .slice(0, 5)
    .map((line) => line.length);
  t.equal(new Set(widths).size, 1, 'the columns stand below each other');
});

t.test('a failed profile shows no number, and says why; one that could not be measured is no failure', async (t) => {
  const bare = [measured(1000), measured(1000)] as const;
  const failed = summarizeRun(
    runOf('absent', {
      rounds: [{ measured: measured(12_345), bare }],
      failures: ['round 1: 7 answers with status 429'],
    }),
  );
  t.equal(failed.status, 'failed');
  const missing = summarizeRun(runOf('redis-hit', { prepared: null, notMeasured: 'no redis-server' }));
  t.equal(missing.status, 'not measured');
  const table = formatTable([failed, missing]);
  t.notMatch(table, /12,345/);
  t.match(table, /\| absent +\| +FAILED \|/);
  t.match(table, /absent: FAILED: round 1: 7 answers with status 429/);
  t.match(table, /redis-hit: not measured: no redis-server/);
});

t.test('a target on the bare server is reached by the rate and by the CPU time, each told by itself', async (t) => {
  const targets = (rate: number, perCpuSecond: number, more: Partial<Run> = {}) => {
    const bare = [measured(1000), measured(1000)] as const;
    const rounds = [{ measured: measured(rate, { perCpuSecond }), bare }];
    const run = runOf('memory-hit', { rounds, ...more });
    const row = summarizeRun({ ...run, profile: { ...run.profile, ofBare: { rate: 0.9, cpu: 0.9 } } });
    return { row, reached: row.targets.map(({ reached }) => reached) };
  };
  t.strictSame(targets(950, 1900).reached, [true, true]);
  t.strictSame(targets(990, 1400).reached, [true, false]);
  t.strictSame(targets(700, 1900).reached, [false, true]);
  t.strictSame(targets(990, 1900, { failures: ['wrong'] }).reached, [], 'nothing is told of what failed');
  const table = formatTable([targets(990, 1400).row]);
  t.match(table, /\| memory-hit \| requests\/s to the bare server +\| +0\.99 \| at least 0\.90 \| reached +\|/);
  t.match(
    table,
    /\| memory-hit \| requests per CPU second to the bare server \| +0\.70 \| at least 0\.90 \| MISSED +\|/,
  );
});

t.test('every number that has to be something is a target; others are notes', async (t) => {
  const bare = [measured(1000), measured(1000)] as const;
  const comparisons = [
    { name: 'statements', value: 0.012, most: 0.01 },
    { name: 'beside', value: 3 },
    { name: 'unknown', value: null, least: 2 },
  ];
  const row = summarizeRun(runOf('absent', { rounds: [{ measured: measured(900, { comparisons }), bare }] }));
  t.match(row.targets, [
    { name: 'statements', reached: false },
    { name: 'unknown', reached: null },
  ]);
  const table = formatTable([row]);
  t.match(table, /statements +\| +0\.0120 \| at most 0\.0100 \| MISSED/);
  t.match(table, /unknown +\| not measured \| +at least 2\.00 \| not measured/);
  t.match(table, /^absent: beside: 3\.00$/m);
});
