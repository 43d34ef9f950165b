import { createPublicKey, verify } from 'node:crypto';
import t from 'tap';
import { isNodeKey, openNodeKey, subjectOfKey } from '../../src/access/node-key.ts';
import { openDatabase } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);

t.test('a node keeps the key that it made at its first start', async (t) => {
  const { database } = await openDatabase(t, databases);
  const first = await openNodeKey(database);
  const again = await openNodeKey(database);
  t.strictSame(again.publicKey, first.publicKey);
  t.equal(again.subject, first.subject);
  t.match(first.subject, /^node:[A-Za-z0-9_-]{43}$/);
  const data = Buffer.from('data');
  const publicKey = createPublicKey({ key: { ...first.publicKey }, format: 'jwk' });
  t.ok(verify(null, data, publicKey, again.sign(data)), 'one private part');
});

t.test('processes that start at once agree on one key', async (t) => {
  const { database } = await openDatabase(t, databases);
  const keys = await Promise.all(Array.from({ length: 16 }, () => openNodeKey(database)));
  t.equal(new Set(keys.map(({ subject }) => subject)).size, 1);
});

t.test('two nodes have two keys', async (t) => {
  const [a, b] = [await openDatabase(t, databases), await openDatabase(t, databases)];
  t.not((await openNodeKey(a.database)).subject, (await openNodeKey(b.database)).subject);
});

t.test('a node publishes the key in its site, and in the record of its prefix', async (t) => {
  const url = await databases.create();
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: url });
  const { site } = (await node.get('/api/site')).json;
  t.match(site.servers, [{ publicKey: { format: 'key', value: { kty: 'OKP', crv: 'Ed25519', x: String } } }]);
  t.strictSame(Object.keys(site.servers[0].publicKey.value).sort(), ['crv', 'kty', 'x'], 'no private part');
  const record = await node.get('/api/handles/0.NA/88.101');
  t.strictSame(record.json.values[0].data.value, site);
});

t.test('keys of other kinds are not taken for a node’s', async (t) => {
  const x = 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs';
  t.ok(isNodeKey({ kty: 'OKP', crv: 'Ed25519', x }));
  t.notOk(isNodeKey(undefined));
  t.notOk(isNodeKey({ kty: 'RSA', n: x, e: 'AQAB' }));
  t.notOk(isNodeKey({ kty: 'OKP', crv: 'X25519', x }));
  t.notOk(isNodeKey({ kty: 'OKP', crv: 'Ed25519', x: `${x}AA` }));
  t.equal(subjectOfKey({ kty: 'OKP', crv: 'Ed25519', x }), 'node:sWwtG-rRJiY5dk_bDuTTd0WZM2vUk0BM2ksRNsWfIGI');
});
