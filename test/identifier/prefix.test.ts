import t from 'tap';
import { MAX_LABELS, MAX_PREFIX_CHARACTERS } from '../../src/identifier/limits.ts';
import {
  findLongestMatch,
  isUnder,
  lineage,
  PREFIX_RECORDS,
  parentOf,
  parsePrefix,
} from '../../src/identifier/prefix.ts';
import { readInvalid, readList, readRows, show } from './read-vectors.ts';

t.test('walks from a prefix to its first label', async (t) => {
  for (const row of readRows('prefix-lineage.tsv', ['prefix', 'lineage'])) {
    const expected = readList(row.lineage);
    const prefix = parsePrefix(row.prefix);
    t.strictSame([...lineage(prefix)], expected, row.prefix);
    t.equal(parentOf(prefix), expected[1] ?? null, row.prefix);
  }
});

t.test('tells by whole labels whether a prefix is under another', async (t) => {
  for (const row of readRows('prefix-is-under.tsv', ['prefix', 'ancestor', 'under'])) {
    const under = isUnder(parsePrefix(row.prefix), parsePrefix(row.ancestor));
    t.equal(under, row.under === 'yes', `${row.prefix} under ${row.ancestor}`);
  }
});

t.test('finds the entry of the longest prefix', async (t) => {
  for (const row of readRows('prefix-longest-match.tsv', ['entries', 'prefix', 'match'])) {
    const entries = new Map(readList(row.entries).map((text) => [parsePrefix(text), parsePrefix(text)]));
    const match = findLongestMatch(entries, parsePrefix(row.prefix));
    t.equal(match, readList(row.match)[0] ?? null, `${row.prefix} among ${row.entries}`);
  }
});

t.test('refuses the malformed prefixes of the vectors and says why', async (t) => {
  const start = 'has a prefix that ';
  const cases = readInvalid().filter(({ reason }) => reason.startsWith(start));
  t.ok(cases.length >= 20);
  for (const { text, reason } of cases) {
    const prefix = text.slice(0, text.indexOf('/'));
    const message = `Prefix ${reason.slice(start.length)}`;
    t.throws(() => parsePrefix(prefix), { name: 'KapokError', code: 'INVALID_PREFIX', message }, show(prefix));
  }
});

t.test('refuses a slash in a prefix', async (t) => {
  t.throws(() => parsePrefix('88/106'), { code: 'INVALID_PREFIX', message: 'Prefix contains "/"' });
});

t.test('holds no more labels than the limit says', async (t) => {
  const deepest = parsePrefix('1.'.repeat(MAX_PREFIX_CHARACTERS / 2 - 1).concat('1'));
  t.equal([...lineage(deepest)].length, MAX_LABELS);
});

t.test('knows the prefix of prefix records in its canonical form', async (t) => {
  t.equal(parsePrefix('0.na'), PREFIX_RECORDS);
});
