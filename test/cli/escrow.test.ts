import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode, type TestNode } from '../support/node.ts';
import { runKapok } from './run-kapok.ts';

const PREFIX = '88.103';
const databases = await startDatabases(t);
const folder = t.testdir({});
const [keyFile, deposits] = ['key.pem', 'deposits'].map((name) => join(folder, name)) as [string, string];

const write = async (node: TestNode, suffix: string, data: string) =>
  node.call('PUT', `/api/handles/${PREFIX}/${suffix}`, { body: [{ index: 1, type: 'NAME', data }] });

/** All that can be asked about what a node holds. */
async function readAll(node: TestNode) {
  const get = async (path: string) => (await node.call('GET', path)).json;
  return {
    identifiers: await get(`/api/v1/identifiers?prefix=${PREFIX}&under=true&values=true&limit=1000`),
    history: await get(`/api/v1/history/${PREFIX}/changed`),
    prefixes: await get('/api/v1/prefixes'),
    templates: await get(`/api/v1/templates?prefix=${PREFIX}`),
    computed: await get(`/api/v1/computed?prefix=${PREFIX}`),
    referral: (await get(`/api/handles/${PREFIX}.9/A?recursive=false`)).values[0].data,
    tombstone: await get(`/api/handles/${PREFIX}/withdrawn`),
    tokens: (await get('/api/v1/tokens')).tokens.map(({ id }: { id: string }) => id),
    site: (await get('/api/site')).site.servers[0].publicKey,
  };
}

t.test('a node that is destroyed and rebuilt from its deposits answers as before', async (t) => {
  const dataDir = t.testdir({});
  const settings = { KAPOK_PREFIX: PREFIX, KAPOK_DATA_DIR: dataDir };
  const node = await startTestNode(t, { ...settings, DATABASE_URL: await databases.create() });
  const kapok = (...args: string[]) => runKapok(args, { KAPOK_URL: node.url, KAPOK_TOKEN: OPERATOR_TOKEN });
  const json = async (...args: string[]) => {
    const { out, err } = await kapok(...args, '--json');
    if (err !== '') throw new Error(err);
    return JSON.parse(out);
  };

  const items = [{ index: 2000, type: 'NAME', kind: 'text', unique: true }];
  await node.call('POST', '/api/v1/templates', { body: { template: `${PREFIX}/pump`, items } });
  const computed = { prefix: PREFIX, pattern: 'S{counter:4}', values: [{ index: 1, type: 'NAME', data: 'S' }] };
  await node.call('POST', '/api/v1/computed', { body: computed });
  await node.call('PUT', `/api/v1/prefixes/${PREFIX}.9`, { body: { url: 'https://child.example:8443' } });
  const draft = { name: 'Demo organisation 示例', document: { type: 'other', number: 'DEMO-1' } };
  t.equal((await node.call('POST', '/api/v1/organisations', { body: draft, token: null })).status, 201);
  for (const suffix of ['kept', 'changed', 'withdrawn']) await write(node, suffix, 'first');

  const { recipient } = await json('escrow', 'keygen', '--out', keyFile);
  const deposit = ['escrow', 'deposit', '--to', deposits, '--recipient', recipient];
  const full = await json(...deposit);
  t.match(full, { kind: 'full', previous: null });
  await write(node, 'changed', 'second');
  await write(node, 'new', 'first');
  await node.call('DELETE', `/api/handles/${PREFIX}/withdrawn`);
  const second = await json(...deposit);
  t.match(second, { kind: 'incremental', previous: full.id, rows: { identifiers: 3 } });
  t.match((await node.call('GET', '/api/v1/escrow/deposits')).json.deposits, [
    { id: second.id, digest: second.digest },
    { id: full.id },
  ]);
  const unknown = { recipient, previous: '00000000-0000-4000-8000-000000000000' };
  t.match(await node.call('POST', '/api/v1/escrow/deposits', { body: unknown }), {
    status: 409,
    json: { code: 'DEPOSIT_GAP' },
  });
  const weak = { recipient: `x25519:${'A'.repeat(43)}` };
  t.match(await node.call('POST', '/api/v1/escrow/deposits', { body: weak }), {
    status: 400,
    json: { at: 'recipient' },
  });

  for (const name of await readdir(deposits)) {
    const bytes = await readFile(join(deposits, name), 'latin1');
    for (const secret of ['DEMO-1', 'first', 'PRIVATE', OPERATOR_TOKEN])
      t.notOk(bytes.includes(secret), `${name}: ${secret}`);
  }
  const before = await readAll(node);
  await node.close();

  const { out: verified } = await kapok('escrow', 'verify', deposits, '--signer', full.signer, '--key', keyFile);
  t.equal(verified.trimEnd().split('\n').length, 2, verified);
  const url = await databases.createEmpty();
  const restore = ['escrow', 'restore', deposits, '--database', url, '--signer', full.signer];
  t.match(await kapok(...restore, '--key', keyFile), { code: 1, err: /--secret-key-out/ });
  const secretKey = join(folder, 'secret.key');
  const restored = await json(...restore, '--key', keyFile, '--secret-key-out', secretKey);
  t.match(restored, { digest: second.digest, watermark: second.watermark, deposits: 2, identity: 'kept' });
  t.comment(`digest before ${second.digest}, after ${restored.digest}`);

  const key = (await readFile(secretKey, 'utf8')).trim();
  const other = { KAPOK_DATA_DIR: t.testdir({ data: {} }), KAPOK_SECRET_KEY: key, DATABASE_URL: url };
  const rebuilt = await startTestNode(t, { ...settings, ...other });
  t.strictSame(await readAll(rebuilt), before, 'identifiers, versions, delegations and its key');
  t.match((await write(rebuilt, 'changed', 'third')).json, { responseCode: 1 });
  t.match((await rebuilt.call('GET', `/api/v1/identifiers/${PREFIX}/changed`)).json, { version: 3 });
});
