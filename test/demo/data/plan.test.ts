import t from 'tap';
import { CODES_NOTE, type DemoRow, demoPlan } from '../../../src/demo/data/plan.ts';
import { PCI_PREFIX } from '../../../src/demo/data/tree.ts';
import { assertRegistrable, identifierKey, parseIdentifier } from '../../../src/identifier/identifier.ts';
import { isUnder, parsePrefix } from '../../../src/identifier/prefix.ts';

const plan = demoPlan();
const nodes = plan.map((node) => ({ ...node, all: [...node.rows()], hosted: node.hostedPrefixes() }));
const valuesOf = ({ values }: DemoRow, type: string) =>
  values.filter((value) => value.type === type).map((v) => v.data);

t.test('names the top, eight industries and four enterprises, parents before children', async (t) => {
  t.same(
    plan.map(({ prefix, role, port, parent }) => `${prefix} ${role} ${port} ${parent}`),
    [
      '88 top 7088 null',
      ...Array.from({ length: 8 }, (_, at) => `88.10${at + 1} industry ${7101 + at} 88`),
      '88.101.1001 enterprise 7201 88.101',
      '88.102.1001 enterprise 7202 88.102',
      '88.103.1001 enterprise 7203 88.103',
      '88.106.900001 enterprise 7204 88.106',
    ],
  );
  t.match(plan[0]?.name, { zh: '国家顶级节点（广州）', en: 'National top-level node, Guangzhou' });
  t.match(CODES_NOTE, /示例.*illustrative/);
});

t.test('hosts prefixes below the node, and none that is a node itself', async (t) => {
  const delegated = new Set(plan.map(({ prefix }) => prefix));
  for (const { prefix, hosted } of nodes) {
    for (const { prefix: child, label } of hosted) {
      if (!isUnder(parsePrefix(child), parsePrefix(prefix)) || delegated.has(child) || label === '') t.fail(child);
    }
  }
});

t.test('gives each node rows that can be registered there', async (t) => {
  const keys = new Set<string>();
  for (const { prefix, hosted, all } of nodes) {
    const here = new Set([prefix, ...hosted.map((host) => host.prefix)]);
    t.ok(all.length >= 8, `${prefix} has ${all.length} rows`);
    for (const { identifier, values } of all) {
      const parsed = parseIdentifier(identifier);
      assertRegistrable(parsed);
      const key = identifierKey(parsed, 'insensitive');
      if (keys.has(key)) t.fail(`${identifier} is there twice`);
      keys.add(key);
      if (!here.has(parsed.prefix)) t.fail(`${identifier} is not at ${prefix}`);
      if (new Set(values.map(({ index }) => index)).size !== values.length) t.fail(`${identifier} repeats an index`);
    }
  }
});

t.test('labels every invented record as demo data', async (t) => {
  for (const { prefix, all } of nodes.filter((node) => node.prefix !== PCI_PREFIX)) {
    t.ok(all.length <= 40, `${prefix} has a small set`);
    for (const row of all) {
      t.match(valuesOf(row, 'NAME')[0], /^示例.* \/ Demo /, row.identifier);
      t.same(valuesOf(row, 'DEMO'), ['demo data'], row.identifier);
      t.match(valuesOf(row, 'URL')[0], /^https:\/\/example\.invalid\//, row.identifier);
      t.ok(valuesOf(row, 'CODE_SYSTEM').length === 1, row.identifier);
    }
  }
});

t.test('refers only to rows of the tree, from every enterprise', async (t) => {
  const known = new Set(nodes.flatMap(({ all }) => all.map(({ identifier }) => identifier)));
  for (const { role, prefix, all } of nodes) {
    const references = all.flatMap((row) => valuesOf(row, 'REF'));
    if (role === 'enterprise') t.ok(references.length >= all.length, `${prefix} refers ${references.length} times`);
    for (const reference of references) t.ok(known.has(reference), reference);
  }
});

t.test('shows suffixes in Chinese, with spaces and with slashes', async (t) => {
  const suffixes = nodes
    .filter(({ prefix }) => prefix !== PCI_PREFIX)
    .flatMap(({ all }) => all.map(({ identifier }) => parseIdentifier(identifier).suffix));
  t.ok(suffixes.some((suffix) => /\p{Script=Han}/u.test(suffix)));
  t.ok(suffixes.some((suffix) => suffix.includes(' ')));
  t.ok(suffixes.some((suffix) => suffix.includes('/')));
});

t.test('gives the same rows every time', async (t) => {
  for (const node of demoPlan().filter(({ prefix }) => prefix !== PCI_PREFIX)) {
    t.same([...node.rows()], nodes.find(({ prefix }) => prefix === node.prefix)?.all);
  }
});
