import t, { type Test } from 'tap';
import { NodeCaller } from '../../../src/access/node-caller.ts';
import { parseIdentifier } from '../../../src/identifier/identifier.ts';
import { parsePrefix } from '../../../src/identifier/prefix.ts';
import type { Site } from '../../../src/record/site.ts';
import { PrefixTable } from '../../../src/registry/prefix-table.ts';
import type { Answer } from '../../../src/resolve/cached-outcome.ts';
import { REMOTE_TTL_MAX } from '../../../src/resolve/lifetimes.ts';
import { createQuery } from '../../../src/resolve/query.ts';
import type { Seen } from '../../../src/resolve/remote/hold.ts';
import { RecursionStep } from '../../../src/resolve/remote/recursion-step.ts';
import { ReferralCache } from '../../../src/resolve/remote/referral-cache.ts';
import { RestingServers } from '../../../src/resolve/remote/resting-servers.ts';
import { SiteClient } from '../../../src/resolve/remote/site-client.ts';
import type { Watch } from '../../../src/resolve/remote/watch.ts';
import { Trace } from '../../../src/resolve/trace.ts';
import {
  absent,
  answering,
  dropping,
  type FaultyPeer,
  found,
  garbling,
  hanging,
  referral,
  startFaultyPeer,
} from '../../support/faulty-peer.ts';
import { freePort } from '../../support/free-port.ts';

interface AskOptions {
  readonly authoritative?: boolean;
  /** Milliseconds from now. */
  readonly deadline?: number;
  readonly trace?: Trace;
}

interface Top {
  readonly clock: { now: number };
  ask(text: string, options?: AskOptions): ReturnType<RecursionStep['resolve']>;
}

/** The recursion of node 88, which delegates 88.1 to a site. */
function openTop(
  t: Test,
  site: Site,
  { hopTimeout = 2_000, root = null as Site | null, seen = null as Seen | null } = {},
): Top {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const prefixes = new PrefixTable();
  const settings = { status: 'active', ttl: 3_600, suffixCase: 'insensitive', label: '', version: 1 } as const;
  prefixes.put({ prefix: parsePrefix('88.1'), site, ...settings, updatedAt: '' });
  const caller = new NodeCaller({ connectTimeout: hopTimeout, now });
  const client = new SiteClient({ caller, hopTimeout, resting: new RestingServers(now), now });
  t.teardown(() => caller.close());
  const step = new RecursionStep({
    prefixes,
    referrals: new ReferralCache(now),
    client,
    watches: { see: () => seen },
    root,
    nodeName: '88',
    now,
  });
  return {
    clock,
    ask: (text, { authoritative = false, deadline = 5_000, trace = null as Trace | null } = {}) => {
      const query = createQuery(parseIdentifier(text), prefixes, { authoritative, recursive: true });
      return step.resolve(query, { deadline: now() + deadline, trace });
    },
  };
}

/** An industry node that refers 88.1.7 to an enterprise node. */
async function startTree(t: Test) {
  const enterprise = await startFaultyPeer(
    t,
    answering((handle) => found(handle, { node: '88.1.7' })),
  );
  const refer = answering((handle) => referral(handle, { prefix: '88.1.7', site: enterprise.site }));
  const industry = await startFaultyPeer(t, refer);
  return { enterprise, industry, refer };
}

function siteOf(...peers: readonly Pick<FaultyPeer, 'url'>[]): Site {
  const servers = peers.map(({ url }, i) => ({
    serverId: i + 1,
    address: '127.0.0.1',
    interfaces: [{ query: true, admin: false, protocol: 'HTTP' as const, port: Number(new URL(url).port) }],
  }));
  const site = { version: 1, protocolVersion: '2.11', serialNumber: 1, primarySite: true, multiPrimary: false };
  return { ...site, attributes: [], servers };
}

t.test('it follows referrals to the node that answers', async (t) => {
  const { enterprise, industry } = await startTree(t);
  const outcome = await openTop(t, industry.site).ask('88.1.7/X');
  t.match(outcome, { kind: 'found', source: 'remote', own: false, path: ['88', 'peer', '88.1.7'] });
  t.equal(outcome.ttl, REMOTE_TTL_MAX, 'nothing tells when it changes, so it is not kept for long');
  t.match(industry.calls, [{ identifiers: ['88.1.7/X'], recursive: false }]);
  t.match(enterprise.calls, [{ identifiers: ['88.1.7/X'], recursive: false }]);
});

t.test('absence and withdrawal are answers, with their reasons', async (t) => {
  const { enterprise, industry } = await startTree(t);
  const top = openTop(t, industry.site);
  enterprise.behave(answering((handle) => absent(handle)));
  t.match(await top.ask('88.1.7/X'), { kind: 'absent', reason: 'suffix-not-registered', prefix: '88.1.7' });
  enterprise.behave(answering((handle) => absent(handle, { reason: 'prefix-not-allotted' })));
  t.match(await top.ask('88.1.7/X'), { kind: 'absent', reason: 'prefix-not-allotted' });
  const tombstone = { code: 'TOMBSTONE', prefix: '88.1.7', version: 3, successor: '88.1.7/Y' };
  enterprise.behave(answering((handle) => ({ responseCode: 10003, handle, ...tombstone })));
  const withdrawn = { kind: 'withdrawn', reason: 'tombstone', version: 3, successor: '88.1.7/Y' };
  t.match(await top.ask('88.1.7/X'), withdrawn);
});

t.test('a referral is kept: the next identifier below it goes straight to its node', async (t) => {
  const { enterprise, industry } = await startTree(t);
  const top = openTop(t, industry.site);
  await top.ask('88.1.7/X');
  await top.ask('88.1.7/Y');
  await top.ask('88.1.7.2/Z');
  t.equal(industry.calls.length, 1);
  t.equal(enterprise.calls.length, 3);
  top.clock.now += REMOTE_TTL_MAX * 1_000 + 1;
  await top.ask('88.1.7/W');
  t.equal(industry.calls.length, 2, 'but not for long');
});

t.test(
  'who wants the responsible node to answer gets it from the top down, and asks for no cached answer',
  async (t) => {
    const { enterprise, industry } = await startTree(t);
    const top = openTop(t, industry.site);
    await top.ask('88.1.7/X');
    await top.ask('88.1.7/X', { authoritative: true });
    t.match(industry.calls, [{}, { auth: true }]);
    t.match(enterprise.calls, [{}, { auth: true }]);
  },
);

t.test('where the first server of a site is dead the second one answers', async (t) => {
  const dead = { url: `http://127.0.0.1:${await freePort()}` };
  const alive = await startFaultyPeer(t);
  const top = openTop(t, siteOf(dead, alive));
  t.match(await top.ask('88.1/X'), { kind: 'found' });
  t.match(await top.ask('88.1/Y'), { kind: 'found' });
});

t.test('where the first server of a site gives no answer that can be used the second one is asked', async (t) => {
  for (const behaviour of [garbling, dropping]) {
    const first = await startFaultyPeer(t, behaviour);
    const second = await startFaultyPeer(t);
    t.match(await openTop(t, siteOf(first, second)).ask('88.1/X'), { kind: 'found' });
    t.equal(first.calls.length, 1);
  }
});

t.test('an answer is kept as long as what is known of its node allows', async (t) => {
  const peer = await startFaultyPeer(t);
  const ttlOf = async (seen: Seen | null) => {
    const { ttl, hold } = (await openTop(t, peer.site, { seen }).ask('88.1/X')) as Answer;
    return { ttl, held: hold !== undefined };
  };
  const position = { feed: 'f', seq: 1 };
  const followed = (current: boolean, covers: boolean) => {
    const watch = { current, epoch: 1, covers: () => covers };
    return { watch: watch as unknown as Watch, epoch: 1, position };
  };
  t.same(await ttlOf(followed(true, true)), { ttl: 60, held: true }, 'as it says while its node is followed');
  t.same(await ttlOf(followed(true, false)), { ttl: 0, held: false }, 'not when the node has told of something newer');
  t.same(await ttlOf(followed(false, true)), { ttl: 1, held: false }, 'a second while it is not heard');
  t.same(await ttlOf(null), { ttl: 1, held: false }, 'or does not say what its answers reflect');
});

t.test('a definite answer of the first server is final', async (t) => {
  const first = await startFaultyPeer(
    t,
    answering((handle) => absent(handle)),
  );
  const second = await startFaultyPeer(t);
  t.match(await openTop(t, siteOf(first, second)).ask('88.1/X'), { kind: 'absent' });
  t.equal(second.calls.length, 0);
});

t.test('a site without an HTTP interface cannot be reached', async (t) => {
  const peer = await startFaultyPeer(t);
  const site = siteOf(peer);
  const servers = site.servers.map((server) => ({
    ...server,
    interfaces: server.interfaces.map((at) => ({ ...at, protocol: 'TCP' as const })),
  }));
  const message = 'The site has no HTTP interface; it answers for 88.1';
  await t.rejects(openTop(t, { ...site, servers }).ask('88.1/X'), { code: 'UPSTREAM_UNREACHABLE', message });
});

t.test('when a site has moved, the node above is asked where it is now', async (t) => {
  const { enterprise, industry } = await startTree(t);
  const top = openTop(t, industry.site);
  await top.ask('88.1.7/X');
  await enterprise.close();
  const moved = await startFaultyPeer(
    t,
    answering((handle) => found(handle, { node: 'moved' })),
  );
  industry.behave(answering((handle) => referral(handle, { prefix: '88.1.7', site: moved.site })));
  t.match(await top.ask('88.1.7/Y'), { kind: 'found', path: ['88', 'peer', 'moved'] });
});

t.test('while the node in between is down an outlived referral still leads to the responsible one', async (t) => {
  const { enterprise, industry } = await startTree(t);
  const top = openTop(t, industry.site);
  await top.ask('88.1.7/X');
  top.clock.now += 3_600_000;
  await industry.close();
  t.match(await top.ask('88.1.7/Y'), { kind: 'found', path: ['88', '88.1.7'] });
  t.equal(enterprise.calls.length, 2);
  await t.rejects(top.ask('88.1.8/X'), { code: 'UPSTREAM_UNREACHABLE', subject: '88.1.8/X' });
});

t.test('an outlived referral is not used while the node above can say otherwise', async (t) => {
  const { enterprise, industry } = await startTree(t);
  const top = openTop(t, industry.site);
  await top.ask('88.1.7/X');
  top.clock.now += 3_600_000;
  const suspended = { responseCode: 10001, code: 'PREFIX_SUSPENDED', prefix: '88.1.7' };
  industry.behave(answering((handle) => ({ handle, ...suspended })));
  t.match(await top.ask('88.1.7/X'), { kind: 'withdrawn', reason: 'suspended' });
  t.equal(enterprise.calls.length, 1);
});

t.test('a node that was silent is left alone for a second', async (t) => {
  const peer = await startFaultyPeer(t, hanging);
  const top = openTop(t, peer.site, { hopTimeout: 50 });
  await t.rejects(top.ask('88.1/X'), { code: 'UPSTREAM_TIMEOUT' });
  peer.behave(answering(found));
  const begun = performance.now();
  await t.rejects(top.ask('88.1/Y'), { code: 'UPSTREAM_TIMEOUT', subject: '88.1/Y' });
  t.ok(performance.now() - begun < 40, 'the failure is known at once');
  t.equal(peer.calls.length, 1);
  top.clock.now += 1_001;
  t.match(await top.ask('88.1/Y'), { kind: 'found' });
});

t.test('a node that was given less than its time is not held to be silent', async (t) => {
  const peer = await startFaultyPeer(t, hanging);
  const top = openTop(t, peer.site);
  await t.rejects(top.ask('88.1/X', { deadline: 30 }), { code: 'UPSTREAM_TIMEOUT' });
  await t.rejects(top.ask('88.1/X', { deadline: 0 }), { code: 'UPSTREAM_TIMEOUT' });
  peer.behave(answering(found));
  t.match(await top.ask('88.1/Y'), { kind: 'found' }, 'who has more time gets an answer');
});

t.test('what lies outside goes to the root, and nowhere without one', async (t) => {
  const peer = await startFaultyPeer(t);
  t.match(await openTop(t, peer.site, { root: peer.site }).ask('99.5/X'), { kind: 'found' });
  await t.rejects(openTop(t, peer.site).ask('99.5/X'), { code: 'NOT_RESPONSIBLE', subject: '99.5/X' });
});

t.test('a thousand identifiers of one turn travel in ten calls', async (t) => {
  const peer = await startFaultyPeer(t);
  const top = openTop(t, peer.site);
  const texts = Array.from({ length: 1_000 }, (_, i) => `88.1/${i}`);
  const outcomes = await Promise.all(texts.map((text) => top.ask(text)));
  t.same(
    outcomes.map((outcome) => outcome.kind === 'found' && outcome.record.handle),
    texts,
    'each gets its own answer',
  );
  t.same(
    peer.calls.map((call) => call.identifiers.length),
    new Array(10).fill(100),
  );
});

t.test('a referral is asked for once, and shared by the thousand identifiers below it', async (t) => {
  const { enterprise, industry } = await startTree(t);
  const top = openTop(t, industry.site);
  await top.ask('88.1.7/first');
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => top.ask(`88.1.7/${i}`)));
  t.equal(industry.calls.length, 1);
  t.equal(enterprise.calls.length, 1 + 10);
});

t.test('a trace takes over the hops of the node that was asked, if they are any', async (t) => {
  const hop = { node: '88.1', prefix: '88.1', outcome: 'found', source: 'store', ttl: 60, milliseconds: 1 };
  const peer = await startFaultyPeer(
    t,
    answering((handle) => found(handle, { trace: [null, 'x', hop, {}] })),
  );
  const trace = new Trace();
  t.match(await openTop(t, peer.site).ask('88.1/X', { trace }), { kind: 'found' });
  t.match(trace.hops, [
    { node: '88', outcome: 'referral' },
    { node: '88.1', source: 'store' },
  ]);
  t.equal(trace.hops.length, 2);
});
