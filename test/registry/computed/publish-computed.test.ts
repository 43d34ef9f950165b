import t, { type Test } from 'tap';
import { SYSTEM } from '../../../src/governance/audit/append-audit.ts';
import { type Prefix, parsePrefix } from '../../../src/identifier/prefix.ts';
import { parseValues } from '../../../src/record/parse-value.ts';
import type { Value } from '../../../src/record/value.ts';
import { ComputedTable } from '../../../src/registry/computed/computed-table.ts';
import {
  MAX_COMPUTED,
  type NewComputed,
  publishComputed,
  withdrawComputed,
} from '../../../src/registry/computed/publish-computed.ts';
import { findFullComputed, listComputed } from '../../../src/registry/computed/read-computed.ts';
import { publishTemplate, TemplateChecker } from '../../../src/registry/templates.ts';
import { writePrefixes } from '../../../src/registry/write-prefixes.ts';
import { startDatabases } from '../../support/database.ts';
import { countTo, openDatabase, readWholeFeed } from '../open-database.ts';

const databases = await startDatabases(t);
const PREFIX = parsePrefix('88.108');

async function open(t: Test) {
  const { database } = await openDatabase(t, databases);
  const settings = { status: 'active', site: null, ttl: 60, suffixCase: 'insensitive', label: '' } as const;
  await writePrefixes(database, [{ prefix: PREFIX, ...settings }], { actor: SYSTEM });
  const templates = new TemplateChecker(database);
  const publish = (pattern: string, more: Partial<NewComputed> = {}) => {
    const computed = {
      prefix: PREFIX,
      pattern,
      from: 0,
      to: null,
      values: named('{counter}'),
      actor: SYSTEM,
      ...more,
    };
    return publishComputed(database, computed, templates);
  };
  const table = async () => {
    const made = new ComputedTable();
    await made.load(database);
    return made;
  };
  return { database, publish, table };
}

const named = (data: string, more: object = {}): Value[] =>
  parseValues([{ index: 1, type: 'NAME', data, ...more }], new Date(0));

function said(table: ComputedTable, suffixKey: string, prefix: Prefix = PREFIX): string | null {
  const record = table.findRecord({ prefix, suffixKey }, 'insensitive');
  return record === null ? null : ((JSON.parse(record.values ?? '[]') as Value[])[0]?.data.value?.toString() ?? null);
}

t.test('a pattern answers for its serial numbers, with what they say', async (t) => {
  const { publish, table } = await open(t);
  const values = named('{identifier} {prefix} {suffix} {plant} {counter}', { ttl: 60 });
  t.match(await publish('Sn{plant:2}{counter:4}', { values }), { created: true, published: { from: 0, to: 9999 } });
  const record = (await table()).findRecord({ prefix: PREFIX, suffixKey: 'SNA10042' }, 'insensitive');
  t.match(record, { version: 0, handle: '88.108/SnA10042', ttl: 60, hasPrivate: false, successor: null });
  t.match(JSON.parse(record?.values ?? ''), [
    { index: 1, type: 'NAME', data: { value: '88.108/SnA10042 88.108 SnA10042 A1 0042' } },
  ]);
  t.equal(said(await table(), 'SNA1004'), null);
  t.equal(said(await table(), 'SNA10042', parsePrefix('88.108.1')), null, 'of this prefix alone');
});

t.test('ranges of a pattern lie beside and above each other', async (t) => {
  const { publish, table } = await open(t);
  await publish('S{counter:4}', { from: 1, to: 5000, values: named('first') });
  await publish('S{counter:4}', { from: 5001, to: 6000, values: named('second') });
  await publish('S{counter:4}', { from: 100, to: 199, values: named('exception') });
  const made = await table();
  const cases: [string, string | null][] = [
    ['S0000', null],
    ['S0001', 'first'],
    ['S0099', 'first'],
    ['S0100', 'exception'],
    ['S0199', 'exception'],
    ['S0200', 'first'],
    ['S5001', 'second'],
    ['S6001', null],
  ];
  for (const [key, expected] of cases) t.equal(said(made, key), expected, key);
});

t.test('where several patterns fit, the longest literal start answers, then the first text', async (t) => {
  const { publish, table } = await open(t);
  for (const text of ['{plant:2}{counter:4}', 'S{line:1}{counter:4}', 'SN{counter:4}', 'S{counter:5}'])
    await publish(text, { values: named(text.replaceAll('{', '{{').replaceAll('}', '}}')) });
  const made = await table();
  const cases: [string, string | null][] = [
    ['SN0001', 'SN{counter:4}'],
    ['S10001', 'S{counter:5}'],
    ['SX0001', 'S{line:1}{counter:4}'],
    ['XX0001', '{plant:2}{counter:4}'],
    ['XX001', null],
  ];
  for (const [key, expected] of cases) t.equal(said(made, key), expected, key);
});

t.test('publishing again replaces, withdrawing removes; each is a change of the prefix', async (t) => {
  const { database, publish, table } = await open(t);
  await publish('S{counter:4}', { values: named('a') });
  t.match(await publish('S{counter:4}', { values: named('b'), to: 10 }), { created: false, published: { to: 10 } });
  t.equal(said(await table(), 'S0001'), 'b');
  const name = { prefix: PREFIX, pattern: 'S{counter:4}', from: 0 };
  await withdrawComputed(database, name, SYSTEM);
  t.equal(said(await table(), 'S0001'), null);
  await t.rejects(withdrawComputed(database, name, SYSTEM), { code: 'COMPUTED_NOT_FOUND' });
  const { rows } = await readWholeFeed(database);
  t.strictSame(
    rows.map(({ prefix, version }) => [prefix, version]),
    [1, 2, 3, 4].map((version) => ['88.108', version]),
  );
});

t.test('a table that is loaded again knows what was published, replaced and withdrawn meanwhile', async (t) => {
  const { database, publish, table } = await open(t);
  const kept = new ComputedTable();
  const compare = async () => {
    await kept.reload(database, [PREFIX, parsePrefix('88.108.9')]);
    const fresh = await table();
    for (const key of ['A01', 'B01', 'C01', 'C05', 'D01']) t.equal(said(kept, key), said(fresh, key), key);
  };
  await compare();
  for (const start of ['A', 'B', 'C']) await publish(`${start}{counter:2}`, { values: named(start) });
  await compare();
  await publish('C{counter:2}', { from: 5, values: named('exception') });
  await publish('B{counter:2}', { values: named('replaced') });
  await compare();
  t.equal(said(kept, 'B01'), 'replaced');
  await withdrawComputed(database, { prefix: PREFIX, pattern: 'A{counter:2}', from: 0 }, SYSTEM);
  await publish('D{counter:2}', { values: named('D') });
  await compare();
  t.equal(said(kept, 'A01'), null);
  for (const [start, from] of [
    ['B', 0],
    ['C', 0],
    ['C', 5],
    ['D', 0],
  ] as const)
    await withdrawComputed(database, { prefix: PREFIX, pattern: `${start}{counter:2}`, from }, SYSTEM);
  await compare();
  t.equal(said(kept, 'D01'), null);
});

t.test('private values are in the database alone', async (t) => {
  const { database, publish, table } = await open(t);
  const values = parseValues(
    [
      { index: 1, type: 'NAME', data: 'pump {counter}' },
      { index: 2, type: 'PRICE', data: '100 {counter}', permissions: '1100' },
    ],
    new Date(0),
  );
  await publish('S{counter:4}', { values });
  const match = (await table()).find({ prefix: PREFIX, suffixKey: 'S0007' }, 'insensitive');
  if (match === null) throw new Error('nothing answers');
  t.notMatch(JSON.stringify(match), /PRICE/);
  const full = await findFullComputed(database, match);
  t.match(JSON.parse(full?.record.values ?? ''), [{ index: 1 }, { data: { value: '100 0007' } }]);
  await publish('S{counter:4}', { values, to: 6 });
  t.equal(await findFullComputed(database, match), null, 'another range meanwhile');
});

t.test('what cannot be published is refused, and nothing is changed', async (t) => {
  const { database, publish } = await open(t);
  const template = { items: [{ index: 2000, type: 'SIZE', kind: 'integer', unique: true } as const] };
  await publishTemplate(database, { prefix: PREFIX, name: 'pump' }, { template, actor: SYSTEM });
  const follows = (data: string) =>
    parseValues(
      [
        { index: 1000, type: 'TEMPLATE_ID', data: '88.108/pump' },
        { index: 1001, type: 'TEMPLATE', data: '1' },
        { index: 2000, type: 'SIZE', data },
      ],
      new Date(0),
    );
  const before = await readWholeFeed(database);
  const cases: [string, Partial<NewComputed>, { code: string; at?: string; message?: RegExp }][] = [
    ['S', {}, { code: 'BAD_REQUEST', at: 'pattern' }],
    ['S{counter:2}', { to: 100 }, { code: 'BAD_REQUEST', at: 'to', message: /above 99/ }],
    ['S{counter:2}', { from: 5, to: 4 }, { code: 'BAD_REQUEST', at: 'from' }],
    ['S{uuid}', { from: 1 }, { code: 'BAD_REQUEST', at: 'from' }],
    ['S{counter}', { values: named('{plant}') }, { code: 'INVALID_VALUE', at: 'NAME' }],
    ['S{counter}', { values: named('x'.repeat(20_000)) }, { code: 'INVALID_VALUE', message: /at most 16384/ }],
    ['{a:64}{b:64}{c:64}{d:30}', { values: named('{identifier}'.repeat(1_300)) }, { code: 'INVALID_VALUE' }],
    ['S{counter:4}', { values: follows('S{counter}') }, { code: 'INVALID_VALUE', at: 'SIZE', message: /whole number/ }],
    ['S{counter:4}', { values: follows('1') }, { code: 'INVALID_VALUE', at: 'SIZE', message: /cannot be compared/ }],
    [`{a:64}{b:64}{c:64}{d:64}`, {}, { code: 'INVALID_VALUE', message: /counter/ }],
    [`{a:64}{b:64}{c:64}{d:64}`, { values: named('x') }, { code: 'INVALID_IDENTIFIER' }],
  ];
  for (const [pattern, more, error] of cases) await t.rejects(publish(pattern, more), error, pattern);
  t.strictSame(await readWholeFeed(database), before);
  t.strictSame(await listComputed(database, PREFIX), []);
});

t.test('a prefix has so many computed records and no more, however many publish at once', async (t) => {
  const { database, publish } = await open(t);
  await database.query(
    `insert into computed_records (prefix, pattern, range_from, range_to, record, has_private, ttl, version, actor)
      select '88.108', 'S{counter:5}', n, n, '[]', false, 60, 1, 'tester' from generate_series(1, $1) as n`,
    [MAX_COMPUTED - 5],
  );
  const results = await Promise.allSettled(countTo(20).map((n) => publish(`T${n}-{counter:4}`)));
  const refused = results.filter((result) => result.status === 'rejected');
  t.equal(refused.length, 15);
  t.ok(refused.every(({ reason }) => reason.code === 'PREFIX_IN_USE'));
  t.match(await publish('S{counter:5}', { from: 7, to: 7 }), { created: false }, 'what is there may be replaced');
});
