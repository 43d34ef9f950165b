import t from 'tap';
import { catalogue, type ErrorCode } from '../../../src/errors/catalogue.ts';
import { startDatabases } from '../../support/database.ts';
import {
  absent,
  answering,
  type Behaviour,
  delaying,
  dripping,
  dropping,
  type FaultyPeer,
  failing,
  found,
  garbling,
  hanging,
  referral,
  referringDeeper,
  sending,
  startFaultyPeer,
  truncating,
} from '../../support/faulty-peer.ts';
import { startTestNode } from '../../support/node.ts';

const HOP_TIMEOUT = 500;
const DEADLINE = 3_000;

interface Fault {
  readonly title: string;
  readonly behaviour: (peer: FaultyPeer, prefix: string) => Behaviour;
  readonly code: ErrorCode;
  readonly message: RegExp;
  /** Calls of the peer: as many, or at most; 1 when absent. */
  readonly calls?: number;
  readonly callsAtMost?: number;
  /** What follows the prefix that is delegated to the peer. */
  readonly below?: string;
}

const DEEP = Array.from({ length: 18 }, () => '.1').join('');
const withAnswer = (more: object) => answering((handle) => found(handle, more));
const withFailure = (code: string) =>
  answering((handle) => ({ responseCode: 2, handle, code, message: 'so it is', node: 'peer' }));

/** A prefix may have moved back to the node above in the middle of a descent: a loop is gone through once more, and no more. */
const ASKED_AGAIN = 2;

const FAULTS: Fault[] = [
  {
    title: 'refers to the prefix that it was asked for',
    behaviour: (peer, prefix) => answering((handle) => referral(handle, { prefix, site: peer.site })),
    code: 'LOOP',
    calls: ASKED_AGAIN,
    message: /^Node peer, asked for 88\.\d+, refers back to 88\.\d+$/,
  },
  {
    title: 'refers upwards',
    behaviour: (peer) => answering((handle) => referral(handle, { prefix: '88', site: peer.site })),
    code: 'LOOP',
    calls: ASKED_AGAIN,
    message: /^Node peer, asked for 88\.\d+, refers back to 88$/,
  },
  {
    title: 'refers sideways, to a prefix that the identifier does not lie below',
    behaviour: (peer, prefix) => answering((handle) => referral(handle, { prefix: `${prefix}.9`, site: peer.site })),
    code: 'LOOP',
    calls: ASKED_AGAIN,
    message: /refers/,
    below: '.1',
  },
  {
    title: 'refers to itself for ever deeper prefixes',
    behaviour: (peer, prefix) => referringDeeper(() => peer.site, prefix),
    code: 'TOO_MANY_HOPS',
    message: /^No node answered within 16 hops$/,
    calls: 16,
    below: DEEP,
  },
  {
    title: 'says nothing',
    behaviour: () => hanging,
    code: 'UPSTREAM_TIMEOUT',
    message: /did not answer in time; it answers for 88\.\d+$/,
  },
  {
    title: 'never comes to the end',
    behaviour: () => dripping,
    code: 'UPSTREAM_TIMEOUT',
    message: /did not answer in time; it answers for 88\.\d+$/,
  },
  {
    title: 'answers each hop just in time, and all of them together too late',
    behaviour: (peer, prefix) =>
      delaying(
        400,
        referringDeeper(() => peer.site, prefix),
      ),
    code: 'UPSTREAM_TIMEOUT',
    message: /in time/,
    callsAtMost: 8,
    below: DEEP,
  },
  {
    title: 'hangs up',
    behaviour: () => dropping,
    code: 'UPSTREAM_UNREACHABLE',
    message: /cannot be reached; it answers for 88\.\d+$/,
  },
  {
    title: 'breaks off',
    behaviour: () => truncating,
    code: 'UPSTREAM_INVALID',
    message: /broke off its answer; it answers for 88\.\d+$/,
  },
  {
    title: 'sends a page',
    behaviour: () => garbling,
    code: 'UPSTREAM_INVALID',
    message: /did not send JSON; it answers for 88\.\d+$/,
  },
  {
    title: 'sends null',
    behaviour: () => sending(null),
    code: 'UPSTREAM_INVALID',
    message: /no list of answers; it answers for 88\.\d+$/,
  },
  {
    title: 'sends another list',
    behaviour: () => sending({ answers: {} }),
    code: 'UPSTREAM_INVALID',
    message: /no list of/,
  },
  {
    title: 'sends no answer',
    behaviour: () => sending({ answers: [] }),
    code: 'UPSTREAM_INVALID',
    message: /left out an/,
  },
  {
    title: 'sends null for an answer',
    behaviour: () => answering(() => null),
    code: 'UPSTREAM_INVALID',
    message: /left out/,
  },
  {
    title: 'answers for another identifier',
    behaviour: () => answering(() => found('88.1/other')),
    code: 'UPSTREAM_INVALID',
    message: /cannot be used: It answered for 88\.1\/other$/,
  },
  {
    title: 'fails with 500',
    behaviour: () => failing(500),
    code: 'UPSTREAM_INVALID',
    message: /with HTTP status 500; it answers for 88\.\d+$/,
  },
  {
    title: 'has no such endpoint',
    behaviour: () => failing(404),
    code: 'UPSTREAM_INVALID',
    message: /with HTTP status 404; it answers for 88\.\d+$/,
  },
  {
    title: 'is cut off by its gateway',
    behaviour: () => failing(503),
    code: 'UPSTREAM_UNREACHABLE',
    message: /status 503; it answers for 88\.\d+$/,
  },
  {
    title: 'has values that are none',
    behaviour: () => withAnswer({ values: [null] }),
    code: 'UPSTREAM_INVALID',
    message: /form/,
  },
  {
    title: 'has values that are a text',
    behaviour: () => withAnswer({ values: 'x' }),
    code: 'UPSTREAM_INVALID',
    message: /form/,
  },
  {
    title: 'has a version that would break a header',
    behaviour: () => withAnswer({ version: '1"\r\nx: y' }),
    code: 'UPSTREAM_INVALID',
    message: /form/,
  },
  {
    title: 'has a time to live that is a text',
    behaviour: () => withAnswer({ ttl: 'x' }),
    code: 'UPSTREAM_INVALID',
    message: /form/,
  },
  {
    title: 'has an age that is a text',
    behaviour: () => withAnswer({ stale: '\n' }),
    code: 'UPSTREAM_INVALID',
    message: /form/,
  },
  {
    title: 'has a name that is an object',
    behaviour: () => withAnswer({ node: {} }),
    code: 'UPSTREAM_INVALID',
    message: /form/,
  },
  {
    title: 'names no prefix for what is absent',
    behaviour: () => answering((handle) => absent(handle, { prefix: '..' })),
    code: 'UPSTREAM_INVALID',
    message: /cannot be used/,
  },
  {
    title: 'refers to a site without a server',
    behaviour: () => answering((handle) => ({ ...referral(handle, { prefix: '88.1', site: {} as never }) })),
    code: 'UPSTREAM_INVALID',
    message: /cannot be used/,
  },
  {
    title: 'cannot reach its own database',
    behaviour: () => withFailure('DATABASE_UNAVAILABLE'),
    code: 'UPSTREAM_UNREACHABLE',
    message: /^Node peer: so it is$/,
  },
  {
    title: 'passes on a timeout below it',
    behaviour: () => withFailure('UPSTREAM_TIMEOUT'),
    code: 'UPSTREAM_TIMEOUT',
    message: /so it is/,
  },
  {
    title: 'does not know the prefix',
    behaviour: () => withFailure('NOT_RESPONSIBLE'),
    code: 'NOT_RESPONSIBLE',
    message: /^Node peer/,
  },
  // What is about our call of the peer is not the caller's fault.
  {
    title: 'wants a token',
    behaviour: () => withFailure('UNAUTHENTICATED'),
    code: 'UPSTREAM_INVALID',
    message: /^Node peer/,
  },
  {
    title: 'invents a code',
    behaviour: () => withFailure('constructor'),
    code: 'UPSTREAM_INVALID',
    message: /^Node peer/,
  },
];

t.test('a node that follows referrals', async (t) => {
  const databases = await startDatabases(t);
  const node = await startTestNode(t, {
    KAPOK_ROLE: 'top',
    KAPOK_PREFIX: '88',
    KAPOK_HOP_TIMEOUT_MS: String(HOP_TIMEOUT),
    KAPOK_DEADLINE_MS: String(DEADLINE),
    DATABASE_URL: await databases.create(),
  });
  let count = 0;
  const delegate = async (url: string) => {
    const prefix = `88.${++count}`;
    const { status } = await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: { url } });
    t.equal(status, 201);
    return prefix;
  };

  for (const { title, behaviour, code, message, calls = 1, callsAtMost, below = '' } of FAULTS) {
    t.test(`says ${code} when the peer ${title}`, async (t) => {
      const peer = await startFaultyPeer(t);
      const prefix = await delegate(peer.url);
      peer.behave(behaviour(peer, prefix));
      const identifier = `${prefix}${below}/X`;
      const begun = performance.now();
      const answer = await node.get(`/api/handles/${identifier}`);
      const took = performance.now() - begun;
      const { http, handle } = catalogue[code];
      t.equal(answer.status, http, answer.text);
      t.match(answer.json, { code, responseCode: handle, message, handle: identifier });
      if (callsAtMost === undefined) t.equal(peer.calls.length, calls);
      else t.ok(peer.calls.length > 1 && peer.calls.length <= callsAtMost, `${peer.calls.length} calls`);
      t.ok(took < DEADLINE + 1_000, `within the deadline: ${Math.round(took)} ms`);
    });
  }
});
