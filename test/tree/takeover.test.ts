import { generateKeyPairSync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { findChain } from '../../src/governance/escrow/deposit-chain.ts';
import { listDeposits } from '../../src/governance/escrow/deposit-file.ts';
import { keepDeposit } from '../../src/governance/escrow/deposit-folder.ts';
import { recipientOf } from '../../src/governance/escrow/recipient.ts';
import { restoreDeposits } from '../../src/governance/escrow/restore-deposits.ts';
import { until } from '../resolve/until.ts';
import { callBytes } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { OPERATOR_TOKEN, startTestNode, type TestNode } from '../support/node.ts';
import { putPrefix } from './start-tree.ts';

const INTERVAL = 2;
const PREFIX = '88.101.7';
const COUNT = 500;
const databases = await startDatabases(t);

/** A database with what a node holds, by way of a deposit: a node on it is another one with the same records. */
async function standbyDatabase(node: TestNode, folder: string): Promise<string> {
  const { privateKey: key } = generateKeyPairSync('x25519');
  const body = { recipient: recipientOf(key) };
  const deposit = await callBytes('POST', `${node.url}/api/v1/escrow/deposits`, { body, token: OPERATOR_TOKEN });
  await keepDeposit(folder, (write) => write(deposit));
  const url = await databases.createEmpty();
  const database = new Database({ url, poolSize: 1 });
  const chain = findChain(await listDeposits(folder), null);
  const keepSecretKey = async () => {};
  await restoreDeposits(database, { chain, key, keysKey: null, identity: 'new', keepSecretKey });
  await database.close();
  return url;
}

t.test('a standby site takes over a prefix, and gives it back, with a client resolving', async (t) => {
  const watch = { KAPOK_PROBE_SECONDS: String(INTERVAL) };
  const top = await startTestNode(t, { KAPOK_ROLE: 'top', KAPOK_PREFIX: '88', DATABASE_URL: await databases.create() });
  const industry = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: await databases.create(), ...watch });
  const own = { KAPOK_ROLE: 'enterprise', KAPOK_PREFIX: PREFIX };
  const settings = { ...own, KAPOK_PORT: String(await freePort()), DATABASE_URL: await databases.create() };
  let primary = await startTestNode(t, settings);
  const items = Array.from({ length: COUNT }, (_, i) => ({
    identifier: `${PREFIX}/${i}`,
    values: [{ index: 1, type: 'NAME', data: `part ${i}` }],
  }));
  t.match(await primary.call('POST', '/api/v1/batch', { body: { items } }), { status: 200 });
  const standby = await startTestNode(t, { ...own, DATABASE_URL: await standbyDatabase(primary, t.testdir({})) });
  await putPrefix(top, '88.101', { url: industry.url });
  await putPrefix(industry, PREFIX, { url: primary.url });
  const set = await industry.call('PUT', `/api/v1/standbys/${PREFIX}`, { body: { url: standby.url, auto: true } });
  t.match(set, { status: 200, json: { auto: true, primarySite: null } });
  const early = await industry.call('DELETE', `/api/v1/takeovers/${PREFIX}`);
  t.match(early, { status: 409, json: { code: 'PREFIX_STATE' } }, 'nothing is taken over yet');

  const client = startClient(top);
  t.teardown(() => client.stop());
  const events = async () => (await industry.call('GET', '/api/v1/events')).json.events;
  const rounds = async () => (await industry.call('GET', `/api/v1/probes/${PREFIX}`)).json.rounds;
  await until(async () => (await rounds()).length >= 2, 60_000);
  t.match(await rounds(), [
    { tried: 1, failed: 0 },
    { tried: 1, failed: 0 },
  ]);
  t.strictSame(await events(), []);

  const seen = client.nextGap();
  await primary.close();
  const { gap } = await seen;
  t.comment(`the client saw a gap of ${(gap / 1_000).toFixed(2)} s; the interval is ${INTERVAL} s`);
  t.ok(gap < (INTERVAL + 2) * 1_000, `${gap} ms`);
  const [emergency] = await events();
  t.match(emergency, { state: 'abnormal', prefix: PREFIX, ends: null, type: 1, reason: /5 of 5 probes of \w+ failed/ });
  t.match((await industry.call('GET', '/api/v1/standbys')).json.standbys, [{ prefix: PREFIX, takenAt: String }]);
  const again = await industry.call('POST', '/api/v1/takeovers', { body: { prefix: PREFIX } });
  t.match(again, { status: 409, json: { detail: /is taken over/ } });
  const unset = await industry.call('DELETE', `/api/v1/standbys/${PREFIX}`);
  t.match(unset, { status: 409 }, 'a standby site that has taken over stays');

  primary = await startTestNode(t, settings);
  await until(async () => (await events()).length === 2, 60_000);
  t.match(await events(), [{ state: 'recovered', ends: emergency.id }, { state: 'abnormal' }]);
  const before = client.failures;
  t.match(await industry.call('DELETE', `/api/v1/takeovers/${PREFIX}`), { status: 200, json: { prefix: PREFIX } });
  await primary.call('PUT', `/api/handles/${PREFIX}/after`, { body: [{ index: 1, type: 'NAME', data: 'at home' }] });
  await until(async () => (await top.get(`/api/handles/${PREFIX}/after`)).status === 200);
  await client.stop();
  t.equal(client.failures, before, 'the return is seen by nobody');
  t.equal((await events()).length, 2);
  t.match(await industry.call('DELETE', `/api/v1/standbys/${PREFIX}`), { status: 200 });
  const gone = await industry.call('POST', '/api/v1/takeovers', { body: { prefix: PREFIX } });
  t.match(gone, { status: 404, json: { code: 'STANDBY_NOT_FOUND' } });
});

/** Resolves one identifier after the other at a node, none soon again: what a cache holds would hide that its site is away. */
function startClient(node: TestNode) {
  const state = { failures: 0, stopped: false, failedAt: null as number | null };
  let found: ((gap: number) => void) | null = null;
  const run = async () => {
    for (let i = 0; !state.stopped; i++) {
      const { status } = await node.get(`/api/handles/${PREFIX}/${i % COUNT}`);
      if (status !== 200) {
        state.failures++;
        state.failedAt ??= performance.now();
      } else if (state.failedAt !== null) {
        found?.(Math.round(performance.now() - state.failedAt));
        state.failedAt = null;
      }
      await setTimeout(10);
    }
  };
  const running = run();
  return {
    get failures() {
      return state.failures;
    },
    /** From the first answer that failed to the first that did not. */
    nextGap: () =>
      new Promise<{ gap: number }>((resolve) => {
        found = (gap) => resolve({ gap });
      }),
    stop: async () => {
      state.stopped = true;
      await running;
    },
  };
}
