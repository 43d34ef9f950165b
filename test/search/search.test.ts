import t from 'tap';
import { SYSTEM } from '../../src/governance/audit/append-audit.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { writePrefixes } from '../../src/registry/write-prefixes.ts';
import { Catalogue } from '../../src/search/catalogue.ts';
import type { Position } from '../../src/search/find-hits.ts';
import { type Reader, STRANGER } from '../../src/search/reader.ts';
import { type SearchRequest, search } from '../../src/search/search.ts';
import { openDatabase } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';
import { corpus } from './corpus.ts';
import { entryOf, prefix } from './entries.ts';
import { RECALL } from './recall.ts';

const databases = await startDatabases(t);
const { database } = await openDatabase(t, databases);
const settings = { site: null, ttl: 60, suffixCase: 'insensitive', label: '' } as const;
await writePrefixes(
  database,
  [
    { ...settings, prefix: prefix('88.105'), status: 'suspended' },
    { ...settings, prefix: prefix('88.101'), status: 'active', label: '汽车' },
  ],
  { actor: SYSTEM },
);
const entries = corpus();
await database.transaction((tx) => new Catalogue().apply(tx, entries));
await database.query(
  `insert into identifiers (prefix, suffix_key, suffix, version, record, has_private, ttl, actor)
   select $1, $2, $2, 1, $3, true, 60, 'tester'`,
  ['88.101.1001', 'X1', JSON.stringify(entries.find(({ suffixKey }) => suffixKey === 'X1')?.values)],
);
await database.query('analyze catalogue');

const OWNER: Reader = { scopes: ['88.101' as Prefix], isKey: false };
const NEIGHBOUR: Reader = { scopes: ['88.102' as Prefix, '88.1' as Prefix], isKey: false };
const readers = { owner: OWNER, neighbour: NEIGHBOUR };

function ask(text: string, more: Partial<SearchRequest> = {}) {
  const request = { reader: STRANGER, within: [], template: null, after: null, limit: 100, withFacets: false };
  return search(database, { ...request, text, ...more });
}

const suffixOf = (identifier: string) => identifier.slice(identifier.indexOf('/') + 1);

t.ok(RECALL.length >= 40);
for (const { query, must, mustNot, why, first, as } of RECALL) {
  t.test(`${query} (${as ?? 'stranger'}): ${why}`, async (t) => {
    const { hits } = await ask(query, { reader: as === undefined ? STRANGER : readers[as] });
    const found = hits.map(({ identifier }) => suffixOf(identifier));
    const missing = must.filter((suffix) => !found.includes(suffix));
    const wrong = mustNot.filter((suffix) => found.includes(suffix));
    t.strictSame({ missing, wrong }, { missing: [], wrong: [] }, `found ${found.join(' ')}`);
    if (first !== undefined) t.equal(found[0], first, `found ${found.join(' ')}`);
  });
}

t.test('an answer says which spelling was used, in words that its hits show', async (t) => {
  const { spellings } = await ask('centrifugel pump');
  t.strictSame(spellings, [{ asked: 'centrifugel', used: ['centrifugal'] }]);
  t.strictSame((await ask('centrifugal pump')).spellings, []);
});

t.test('marks are offsets into the name and into what is shown of values', async (t) => {
  const { hits } = await ask('高速 轴承座');
  const [hit] = hits;
  t.match(hit?.name, { text: '精密轴承座', marks: [[2, 5]] });
  t.match(hit?.values, [{ index: 2, type: 'NOTE', text: '用于高速电机', marks: [[2, 4]] }]);
  const wide = (await ask('ab12 pump')).hits[0];
  t.strictSame(
    wide?.name.marks.map(([start, end]) => wide.name.text.slice(start, end)),
    ['Ｐｕｍｐ', 'ＡＢ１２'],
  );
});

t.test('an owner is shown the private value that matched, a stranger never', async (t) => {
  const own = await ask('保密配方', { reader: OWNER });
  t.match(own.hits, [{ identifier: '88.101.1001/X1', values: [{ type: 'SECRET', text: '保密配方 zirconium' }] }]);
  t.notMatch(JSON.stringify(await ask('阀门')), /zirconium/);
  const key = await ask('保密配方', { reader: { ...OWNER, isKey: true } });
  t.equal(key.hits.length, 1, 'a key is judged by the grants where the record names no administrator');
});

t.test('facets count what was found by industry, organisation and template', async (t) => {
  const { facets, count, atLeast } = await ask('轴承', { withFacets: true });
  t.notOk(atLeast);
  const industries = facets.filter(({ facet }) => facet === 'industry');
  t.equal(
    industries.reduce((sum, facet) => sum + facet.count, 0),
    count,
  );
  t.match(industries[0], { value: '88.101', label: '汽车' });
  t.match(
    facets.find(({ facet }) => facet === 'template'),
    { value: '88.102.1001/part', count: 1 },
  );
  const narrowed = await ask('轴承', { template: '88.102.1001/part', within: [prefix('88.102')] });
  t.strictSame(
    narrowed.hits.map(({ identifier }) => identifier),
    ['88.102.1001/SHIP-1'],
  );
  t.equal((await ask('轴承', { within: [prefix('88.10')] })).count, 0, 'whole labels');
});

t.test('pages follow each other without a gap or a repetition, to the end', async (t) => {
  const whole = (await ask('washer', { limit: 100 })).hits.map(({ identifier }) => identifier);
  t.ok(whole.length > 10);
  const paged: string[] = [];
  let after: Position | null = null;
  do {
    const page: Awaited<ReturnType<typeof ask>> = await ask('washer', { limit: 3, after });
    paged.push(...page.hits.map(({ identifier }) => identifier));
    after = page.next;
  } while (after !== null);
  t.strictSame(paged, whole);
});

t.test('of a word that too many records hold, a bounded number is ranked, and the answer says so', async (t) => {
  const { database } = await openDatabase(t, databases);
  const catalogue = new Catalogue();
  const many = Array.from({ length: 4_500 }, (_, i) => entryOf(`88.7/${i}`, [['NAME', `common thing ${i}`]]));
  await database.transaction((tx) => catalogue.apply(tx, many));
  await database.transaction((tx) => catalogue.apply(tx, [entryOf('88.8/last', [['NAME', 'common rarity']])]));
  await database.query('analyze catalogue');
  const request = { reader: STRANGER, within: [], template: null, after: null, limit: 5, withFacets: true };
  const { count, atLeast, facets } = await search(database, { ...request, text: 'common' });
  t.strictSame([count, atLeast], [1_000, true]);
  t.equal(facets[0]?.value, '88.7');
  const apart = await search(database, { ...request, text: '"thing common"' });
  t.strictSame(
    [apart.count, apart.atLeast],
    [0, true],
    'of words that must stand side by side, more were left than looked at',
  );
  const rare = await search(database, { ...request, text: 'common rarity' });
  t.strictSame([rare.count, rare.atLeast], [1, false], 'a rare word beside a common one is found');
  const narrowed = await search(database, { ...request, text: 'common', within: [prefix('88.8')] });
  t.strictSame([narrowed.count, narrowed.atLeast], [1, false], 'and so is a common one in a small place');
});

t.test('what cannot be looked for is refused, with the reason', async (t) => {
  for (const text of [
    '',
    '   ',
    '!?',
    '-only',
    `${'x'.repeat(257)}`,
    Array.from({ length: 17 }, (_, i) => `w${i}`).join(' '),
  ])
    await t.rejects(ask(text), { code: 'BAD_REQUEST', at: 'q' });
});

t.test('whatever is typed is a query or a refusal, never a failure', async (t) => {
  for (const text of [
    `a'b\\c "d`,
    `'; drop table catalogue --`,
    '((( & | ! :*',
    '\\',
    '"" x',
    '-- y',
    '𠀀𠀁 z',
    `x${'\u0301'.repeat(50)}`,
  ])
    await ask(text).then(
      () => t.pass(text),
      (error) => t.equal(error.code, 'BAD_REQUEST', `${text}: ${error}`),
    );
});
