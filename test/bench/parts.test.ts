import { readdirSync } from 'node:fs';
import t from 'tap';
import { parseCounters } from '../../bench/counters.ts';
import { cpuSeconds } from '../../bench/cpu.ts';
import { PROFILES } from '../../bench/profiles/index.ts';
import { chooseRateLimit } from '../../bench/rate-limit.ts';
import { copyLine } from '../../bench/raw-copy.ts';
import { identifierOf, importLine, spread } from '../../bench/records.ts';
import { absentIdentifiers, shuffled } from '../../bench/requests.ts';
import { readConfig } from '../../src/config/config.ts';
import { fileOf } from '../support/root.ts';

t.test('the counters of a node are read from its metrics', async (t) => {
  const text = [
    '# TYPE kapok_resolutions_total counter',
    'kapok_resolutions_total{event="hit"} 12',
    'kapok_resolutions_total{event="redis-hit"} 3',
    'kapok_prefixes 9',
  ].join('\n');
  t.strictSame(parseCounters(text), { hit: 12, 'redis-hit': 3 });
});

t.test('CPU time is read of living processes that can be seen', { skip: skipUnlessLinux() }, async (t) => {
  const before = cpuSeconds([{ pid: process.pid, children: true }]);
  for (const end = Date.now() + 60; Date.now() < end; );
  const after = cpuSeconds([{ pid: process.pid, children: true }]);
  t.ok(after !== null && before !== null && after > before, `${before} ${after}`);
  t.equal(cpuSeconds([{ pid: process.pid }, { pid: null }]), null);
});

t.test('all answers of a set can be of one length: so are its names', async (t) => {
  t.equal(new Set([0, 7, 49_999].map((n) => importLine(identifierOf('88.101', n)).length)).size, 1);
  const names = absentIdentifiers('88.101', 1000);
  t.equal(new Set(names).size, 1000);
  t.equal(new Set(names.map((name) => name.length)).size, 1);
});

t.test('requests are mixed the same way in every run, and none is lost', async (t) => {
  const list = Array.from({ length: 500 }, (_, i) => i);
  t.strictSame(shuffled(list), shuffled(list));
  t.notSame(shuffled(list), list);
  t.strictSame(
    shuffled(list).sort((a, b) => a - b),
    list,
  );
});

t.test('a sample reaches from the first to the last', async (t) => {
  t.strictSame(spread(5, 101), [0, 25, 50, 75, 100]);
  t.strictSame(spread(1, 10), [0]);
});

t.test('the raw COPY gets the same values as the import', async (t) => {
  const line = importLine('88.101/a\\b');
  const { values } = JSON.parse(line) as { values: unknown };
  const record = JSON.stringify(values).replaceAll('\\', '\\\\');
  t.equal(copyLine(line), `88.101\ta\\\\b\t${record}\n`);
});

t.test('the rate limit stays on, and is raised where it would be what is measured', async (t) => {
  const limitOf = (bareRate: number) => {
    const settings = { KAPOK_PREFIX: '88', ...chooseRateLimit(bareRate).settings };
    return readConfig(settings).rateLimit;
  };
  t.equal(limitOf(20_000), 50_000);
  t.equal(limitOf(70_000), 1_000_000);
  t.match(chooseRateLimit(70_000).notes[0], /raised to 1,000,000.*70,000/);
});

t.test('every profile lies in a file of its own', async (t) => {
  const folder = fileOf('bench/profiles/');
  const files = readdirSync(folder).map((name) => name.replace(/\.ts$/, ''));
  for (const { name, about } of PROFILES) {
    t.ok(files.includes(name), name);
    t.ok(about.length > 10, `${name} says what it is about`);
  }
});

function skipUnlessLinux(): string | false {
  return process.platform === 'linux' ? false : 'CPU time is read from /proc';
}
