import t from 'tap';
import { parseIdentifier } from '../../src/identifier/identifier.ts';
import { siteOfUrl } from '../../src/record/site.ts';
import { AuthorityStep } from '../../src/resolve/authority-step.ts';
import type { Outcome } from '../../src/resolve/outcome.ts';
import { createQuery, type QueryOptions } from '../../src/resolve/query.ts';
import { absentOutcome, contextOf, foundOutcome, tableOf } from './outcomes.ts';

const ENTERPRISE = 'http://127.0.0.1:7201';

/** The node 88.101: hosts itself and 88.101.5, delegates 88.101.7, has suspended 88.101.8 and revoked 88.101.9. */
function openNode({ recurses = false, hasRoot = false } = {}) {
  const prefixes = tableOf([
    { prefix: '88.101' },
    { prefix: '88.101.5' },
    { prefix: '88.101.7', url: ENTERPRISE },
    { prefix: '88.101.8', url: ENTERPRISE, status: 'suspended' },
    { prefix: '88.101.9', status: 'revoked' },
    { prefix: '88.101.9.1', status: 'active' },
  ]);
  const asked: string[] = [];
  const answering = (name: string, outcome: Outcome) => ({
    resolve: () => {
      asked.push(name);
      return outcome;
    },
  });
  const step = new AuthorityStep({
    prefixes,
    nodeName: '88.101',
    ownSite: () => siteOfUrl('http://127.0.0.1:7101'),
    hosted: answering('store', foundOutcome(1)),
    recursion: recurses ? answering('recursion', foundOutcome(2, { own: false })) : null,
    hasRoot,
  });
  const ask = (text: string, options: Partial<QueryOptions> = {}, context = contextOf()) => {
    const query = createQuery(parseIdentifier(text), prefixes, {
      authoritative: false,
      recursive: recurses,
      ...options,
    });
    return step.resolve(query, context);
  };
  return { ask, asked };
}

t.test('what is hosted here is answered by the store', async (t) => {
  const { ask, asked } = openNode();
  for (const text of ['88.101/a', '88.101.5/a', '88.101.5.1/a', '88.101.6/a'])
    t.match(ask(text), { kind: 'found' }, text);
  t.same(asked, ['store', 'store', 'store', 'store']);
});

t.test('what is delegated is a referral to its site, without a look into the store', async (t) => {
  const { ask, asked } = openNode();
  const site = { servers: [{ address: '127.0.0.1', interfaces: [{ protocol: 'HTTP', port: 7201 }] }] };
  const known = { kind: 'referral', prefix: '88.101.7', site, ttl: 3_600, source: 'prefixes', own: true };
  t.match(ask('88.101.7/a'), known);
  t.match(ask('88.101.7.1.2/a'), known, 'the longest delegated prefix decides');
  t.same(asked, []);
});

t.test('a node that recurses follows referrals unless it is asked not to', async (t) => {
  const { ask, asked } = openNode({ recurses: true });
  t.match(ask('88.101.7/a'), { kind: 'found', own: false });
  t.match(ask('88.101.7/a', { recursive: false }), { kind: 'referral' });
  t.same(asked, ['recursion']);
});

t.test('a node that does not recurse gives a referral also to who would rather not have one', async (t) => {
  const { ask } = openNode();
  t.match(ask('88.101.7/a', { recursive: true }), { kind: 'referral' });
});

t.test('what lies at or below a suspended or revoked prefix is withdrawn, whoever answers for it', async (t) => {
  const { ask, asked } = openNode({ recurses: true });
  t.match(ask('88.101.8/a'), { kind: 'withdrawn', reason: 'suspended', prefix: '88.101.8', own: true });
  t.match(ask('88.101.8.1/a'), { kind: 'withdrawn', reason: 'suspended', prefix: '88.101.8' });
  t.match(ask('88.101.9/a'), { kind: 'withdrawn', reason: 'revoked', prefix: '88.101.9' });
  t.match(
    ask('88.101.9.1/a'),
    { kind: 'withdrawn', reason: 'revoked', prefix: '88.101.9' },
    'an active child does not help',
  );
  t.match(ask('88.101.9/a', { authoritative: true }), { kind: 'withdrawn' });
  t.same(asked, []);
});

t.test('the record of a prefix is its site', async (t) => {
  const { ask, asked } = openNode();
  const delegated = await ask('0.NA/88.101.7');
  if (delegated.kind !== 'found') throw new Error(delegated.kind);
  t.match(delegated.record.values(), [
    { type: 'HS_SITE', data: { value: { servers: [{ interfaces: [{ port: 7201 }] }] } } },
  ]);
  const hosted = await ask('0.NA/88.101.5');
  if (hosted.kind !== 'found') throw new Error(hosted.kind);
  t.match(hosted.record.values(), [
    { type: 'HS_SITE', data: { value: { servers: [{ interfaces: [{ port: 7101 }] }] } } },
  ]);
  t.same(asked, []);
});

t.test('the record of a prefix that was never allotted is absent, for that reason', async (t) => {
  const { ask } = openNode();
  t.match(ask('0.NA/88.101.6'), { kind: 'absent', reason: 'prefix-not-allotted', prefix: '88.101.6' });
});

t.test('the record of a prefix below a delegation is the business of that node', async (t) => {
  t.match(openNode().ask('0.NA/88.101.7.1'), { kind: 'referral', prefix: '88.101.7' });
  t.match(openNode({ recurses: true }).ask('0.NA/88.101.7.1'), { own: false });
});

t.test('the record of a suspended prefix is withdrawn with it', async (t) => {
  t.match(openNode().ask('0.NA/88.101.8'), { kind: 'withdrawn', reason: 'suspended' });
});

t.test('a prefix that is not below the node is not its business, unless it has a node to ask', async (t) => {
  t.throws(() => openNode().ask('99.1/a'), {
    code: 'NOT_RESPONSIBLE',
    subject: '99.1/a',
    message: 'Prefix 99.1 is not below this node (88.101), and it has no other node to ask',
  });
  t.throws(() => openNode({ recurses: true }).ask('88/a'), { code: 'NOT_RESPONSIBLE' });
  t.match(openNode({ recurses: true, hasRoot: true }).ask('99.1/a'), { own: false });
  t.throws(() => openNode({ recurses: true, hasRoot: true }).ask('99.1/a', { recursive: false }), {
    code: 'NOT_RESPONSIBLE',
  });
});

t.test('each decision leaves its hop in the trace', async (t) => {
  const { ask } = openNode();
  const hopsOf = async (text: string) => {
    const context = contextOf({ traced: true });
    await ask(text, {}, context);
    return context.trace?.hops;
  };
  const known = { node: '88.101', source: 'prefixes', milliseconds: 0 };
  t.match(await hopsOf('88.101.7/a'), [{ ...known, prefix: '88.101.7', outcome: 'referral', ttl: 3_600 }]);
  t.match(await hopsOf('88.101.8/a'), [{ ...known, prefix: '88.101.8', outcome: 'withdrawn' }]);
  t.match(await hopsOf('0.NA/88.101.6'), [{ ...known, prefix: '88.101', outcome: 'absent' }]);
});

t.test('absence is an answer of the store like any other', async (t) => {
  const prefixes = tableOf([{ prefix: '88.101' }]);
  const step = new AuthorityStep({
    ...{
      prefixes,
      nodeName: '88.101',
      ownSite: () => siteOfUrl('http://127.0.0.1:7101'),
      recursion: null,
      hasRoot: false,
    },
    hosted: { resolve: () => absentOutcome() },
  });
  const query = createQuery(parseIdentifier('88.101/none'), prefixes, { authoritative: false, recursive: false });
  t.match(step.resolve(query, contextOf()), { kind: 'absent', reason: 'suffix-not-registered' });
});
