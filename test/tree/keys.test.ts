import t from 'tap';
import { ED25519, jwkOf, SECRET } from '../access/handle/keys.ts';
import { HandleClient } from '../http/handle-client.ts';
import { until } from '../resolve/until.ts';
import { startTree } from './start-tree.ts';

const tree = await startTree(t);
const { top, industry } = tree;
const ID = '300:88.101.7/ADMIN';
const KEYS = [
  { index: 300, type: 'HS_PUBKEY', data: jwkOf(ED25519.publicKey) },
  { index: 301, type: 'HS_SECKEY', data: SECRET },
  { index: 302, type: 'HS_PUBKEY', data: jwkOf(ED25519.publicKey), permissions: '1100' },
];
await tree.enterprise.call('PUT', '/api/handles/88.101.7/ADMIN', { body: KEYS });

t.test('a key that lives at another node opens a session here, whether this node recurses or not', async (t) => {
  for (const node of [top, industry, tree.enterprise]) {
    t.match(await new HandleClient(node).logIn(ID, ED25519.privateKey), { authenticated: true, id: ID });
  }
});

t.test('of another node only public keys count', async (t) => {
  const client = new HandleClient(industry);
  const basic = await client.basic('GET', '/api/v1/history/88.101/X', ['301:88.101.7/ADMIN', SECRET]);
  t.equal(basic.status, 401);
  await t.rejects(client.logIn('302:88.101.7/ADMIN', ED25519.privateKey), /does not verify/);
  await t.rejects(client.logIn('300:88.101.7/NOBODY', ED25519.privateKey), /does not verify/);
  await t.rejects(client.logIn('300:88.999/ADMIN', ED25519.privateKey), /does not verify/);
});

t.test('a key that was taken back there opens nothing here, from the next proof on', async (t) => {
  const [, ...others] = KEYS;
  await tree.enterprise.call('PUT', '/api/handles/88.101.7/ADMIN', { body: others });
  await t.rejects(new HandleClient(top).logIn(ID, ED25519.privateKey), /does not verify/);
  await tree.enterprise.call('PUT', '/api/handles/88.101.7/ADMIN', { body: KEYS });
});

t.test('an outage of that node is no verdict on the key', async (t) => {
  await tree.enterprise.close();
  const client = new HandleClient(industry);
  const session = await client.open();
  const proof = client.sign(session, ID, ED25519.privateKey);
  const { status, json } = await client.call('PUT', '/api/sessions/this', proof);
  t.match({ status, json }, { status: 502, json: { code: 'UPSTREAM_UNREACHABLE', responseCode: 601 } });
  await tree.restartEnterprise();
  // The node that was down is left alone for a moment.
  const again = async () => (await client.call('PUT', '/api/sessions/this', proof)).status === 200;
  t.ok(await until(again), 'the same proof is good afterwards');
});
