import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { keepStanding } from '../../src/governance/enrolment/keep-standing.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startTestNode, type TestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const settingsOf = async (role: string, prefix: string) => ({
  ...{ KAPOK_ROLE: role, KAPOK_PREFIX: prefix, DATABASE_URL: await databases.create() },
  KAPOK_PORT: String(await freePort()),
});
const top = await startTestNode(t, await settingsOf('top', '88'));
const industry = await startTestNode(t, await settingsOf('industry', '88.102'));
const settings = await settingsOf('enterprise', '88.102.5');
let own = await startTestNode(t, settings);

/** The way of a node into the tree, by the operators of both. */
async function enroll(node: TestNode, parent: TestNode, prefix: string): Promise<void> {
  const { json: proof } = await node.call('POST', '/api/v1/enrolment/proof', {
    body: { parent: parent.url, url: node.url },
  });
  await parent.call('POST', '/api/v1/enrolments', { body: proof });
  const path = `/api/v1/enrolments/${prefix}/decision`;
  const { delegation } = (await parent.call('POST', path, { body: { action: 'accept' } })).json;
  const { status, text } = await node.call('PUT', '/api/v1/delegation', { body: { parent: parent.url, delegation } });
  if (status !== 200) throw new Error(text);
}

await enroll(industry, top, '88.102');
await enroll(own, industry, '88.102.5');
await own.call('PUT', '/api/handles/88.102.5/A', { body: [{ index: 1, type: 'NAME', data: 'a part' }] });

const set = async (node: TestNode, prefix: string, status: string) => {
  const answer = await node.call('PATCH', `/api/v1/prefixes/${prefix}`, { body: { status } });
  if (answer.status !== 200) throw new Error(answer.text);
};
/** Read from the cache, once it is there. */
const says = async (status: number) => {
  await own.get('/api/handles/88.102.5/A');
  await until(async () => (await own.get('/api/handles/88.102.5/A')).status === status);
};

t.test('a node says what the node above says of its prefix, and records why', async (t) => {
  await says(200);
  await set(industry, '88.102.5', 'suspended');
  await says(403);
  const { entries } = (await own.call('GET', '/api/v1/audit?kind=prefix')).json;
  t.match(entries[0], { action: 'prefix.change', subject: /^node:/, reason: 'The node above has suspended it' });
  await set(industry, '88.102.5', 'active');
  await says(200);
});

t.test('also what the node above that one says, of a prefix above', async () => {
  await set(top, '88.102', 'suspended');
  await says(403);
  await set(top, '88.102', 'active');
  await says(200);
});

t.test('what it has suspended by itself it resumes by itself', async (t) => {
  const database = new Database({ url: settings.DATABASE_URL, poolSize: 1 });
  t.teardown(() => database.close());
  const standing = { prefix: '88.102.5' as Prefix, parent: 'node:above' };
  await set(own, '88.102.5', 'suspended');
  for (const status of ['suspended', 'active'] as const)
    t.equal(await keepStanding(database, { ...standing, status }), false, `${status} above changes nothing`);
  await says(403);
  await set(own, '88.102.5', 'active');
});

t.test('a node that was away learns it when it starts, and a revocation is no other thing to it', async () => {
  await own.close();
  await set(industry, '88.102.5', 'revoked');
  own = await startTestNode(t, settings);
  await says(403);
});

t.test('only the node of the prefix, and who may read prefixes, is told', async (t) => {
  const path = '/api/v1/enrolments/88.102.5/standing';
  t.match(await industry.call('GET', path), { status: 200, json: { prefix: '88.102.5', status: 'revoked' } });
  t.equal((await industry.call('GET', path, { token: null })).status, 401);
  const { token } = (await industry.call('POST', '/api/v1/organisations', { token: null, body: { name: '某单位' } }))
    .json;
  t.equal((await industry.call('GET', path, { token })).status, 403);
});
