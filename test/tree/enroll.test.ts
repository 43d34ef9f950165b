import t from 'tap';
import { createToken } from '../../src/access/tokens.ts';
import { Database } from '../../src/database/database.ts';
import { SYSTEM } from '../../src/governance/audit/append-audit.ts';
import { runKapok } from '../cli/run-kapok.ts';
import { verifiedOrganisation } from '../governance/verified.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode, type TestNode } from '../support/node.ts';

t.setTimeout(600_000);

const databases = await startDatabases(t);
const url = await databases.create();
const parent = await startTestNode(t, { KAPOK_ROLE: 'industry', KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const startOwn = async (prefix: string) =>
  startTestNode(t, { KAPOK_ROLE: 'enterprise', KAPOK_PREFIX: prefix, DATABASE_URL: await databases.create() });
const own = await startOwn('88.102.5');
const second = await startOwn('88.102.6');

const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());
const organisation = await verifiedOrganisation(database, '示例工厂');
const { token } = await createToken(database, { subject: `org:${organisation}`, label: 'plant', by: SYSTEM });
const rival = await createToken(database, {
  subject: `org:${await verifiedOrganisation(database, '示例竞争者')}`,
  label: 'rival',
  by: SYSTEM,
});
const decideAllotment = (prefix: string, action: string) =>
  parent.call('POST', `/api/v1/allotments/${prefix}/decision`, { body: { action } });
for (const prefix of ['88.102.5', '88.102.6']) {
  await parent.call('POST', '/api/v1/allotments', { token, body: { organisation, prefix } });
  await decideAllotment(prefix, 'review');
}
await decideAllotment('88.102.6', 'allot');

const prove = async (node: TestNode, at = node.url) =>
  (await node.call('POST', '/api/v1/enrolment/proof', { body: { parent: parent.url, url: at } })).json;
const apply = (body: object, as = token) => parent.call('POST', '/api/v1/enrolments', { token: as, body });
const decide = (prefix: string, body: object) => parent.call('POST', `/api/v1/enrolments/${prefix}/decision`, { body });

t.test('an endpoint that is not the applicant’s is refused, with the reason', async (t) => {
  const cases: [string, object, RegExp][] = [
    ['another node', await prove(own, second.url), /gives no answer to a challenge/],
    ['nobody', await prove(own, 'http://127.0.0.1:9'), /gives no answer to a challenge/],
  ];
  for (const [what, body, reason] of cases) {
    const { status, json } = await apply(body);
    t.match({ status, json }, { status: 409, json: { code: 'ENDPOINT_NOT_PROVEN', at: 'url', detail: reason } }, what);
  }
  const other = await prove(second);
  const mixed = await apply({ ...(await prove(own)), key: other.key });
  t.match(
    { status: mixed.status, json: mixed.json },
    { status: 400, json: { at: 'proof' } },
    'a key that has not signed',
  );
  const wrongPlace = await apply({ ...(await prove(own)), url: second.url });
  t.match(wrongPlace.json, { at: 'proof' }, 'a place that was not signed');
  t.equal((await apply(await prove(own), rival.token)).status, 403, 'another organisation');
  t.equal(
    (await parent.call('GET', '/api/v1/enrolments/88.102.5')).json.code,
    'ENROLMENT_NOT_FOUND',
    'nothing half done',
  );
});

t.test('a challenge is answered for the own prefix alone', async (t) => {
  const challenge = { nonce: 'n'.repeat(22), parent: `node:${'p'.repeat(43)}` };
  const ask = (body: object) => own.call('POST', '/api/v1/challenge', { token: null, body });
  t.match((await ask({ ...challenge, prefix: '88.102.5' })).json, { key: String, signature: String });
  t.match((await ask({ ...challenge, prefix: '88.102.6' })).json, { code: 'NOT_RESPONSIBLE' });
  t.equal((await ask({ ...challenge, nonce: 'short', prefix: '88.102.5' })).status, 400);
});

t.test('a node is refused, applies again, is accepted, keeps the signed delegation, and serves', async (t) => {
  t.match(await apply(await prove(own)), {
    status: 201,
    json: { state: 'applied', delegation: null, takeOver: false },
  });
  t.match((await decide('88.102.5', { action: 'refuse' })).json, { code: 'BAD_REQUEST', at: 'reason' });
  t.match((await decide('88.102.5', { action: 'refuse', reason: '资料不全' })).json, {
    state: 'refused',
    remarks: '资料不全',
  });
  t.match((await decide('88.102.5', { action: 'accept' })).json, {
    ...{ code: 'TRANSITION_REFUSED', state: 'refused', possible: [] },
  });
  t.equal((await apply(await prove(own))).status, 201);
  const accepted = await decide('88.102.5', { action: 'accept' });
  t.match(accepted, {
    status: 200,
    json: { state: 'accepted', takeOver: false, delegation: { statement: { prefix: '88.102.5' } } },
  });
  t.match((await parent.call('GET', '/api/v1/allotments/88.102.5')).json, { state: 'allotted', hosting: 'delegated' });

  const { delegation } = (await parent.call('GET', '/api/v1/enrolments/88.102.5', { token })).json;
  const keep = (given: object, node = own) =>
    node.call('PUT', '/api/v1/delegation', { body: { parent: parent.url, delegation: given } });
  const altered = { ...delegation, statement: { ...delegation.statement, issuedAt: '2020-01-01T00:00:00Z' } };
  t.match((await keep(altered)).json, { code: 'BAD_REQUEST', detail: /not signed by the node above/ });
  t.match((await keep(delegation, second)).json, { code: 'BAD_REQUEST', detail: /this node answers for 88\.102\.6/ });
  t.equal((await keep(delegation)).status, 200);
  t.match((await own.call('GET', '/api/v1/delegation')).json, { parentUrl: parent.url, delegation });

  const values = [{ index: 1, type: 'NAME', data: '轴承' }];
  await own.call('POST', '/api/v1/identifiers', { body: { identifier: '88.102.5/A', values } });
  t.equal((await parent.get('/api/handles/88.102.5/A')).status, 300);
  t.equal((await own.get('/api/handles/88.102.5/A')).status, 200);
  await until(async () => (await parent.call('GET', '/api/v1/search?q=轴承')).json.hits?.length === 1);
});

t.test(
  '`kapok enroll` without the credential of the node above says whose is missing, and where it is looked for',
  async (t) => {
    const args = ['--node', second.url, '--url', second.url, '--parent', parent.url, '--prefix', '88.102.6'];
    const said = new RegExp(`KAPOK_PARENT_TOKEN is not set: the token .* at the node above, ${parent.url}\n`);
    t.match(await runKapok(['enroll', ...args], { KAPOK_TOKEN: OPERATOR_TOKEN }), { code: 1, err: said });
  },
);

t.test('`kapok enroll --wait` waits for the verdict and takes over what was hosted', async (t) => {
  for (let n = 0; n < 5; n++) {
    const body = { identifier: `88.102.6/P${n}`, values: [{ index: 1, type: 'NAME', data: `part ${n}` }] };
    t.equal((await parent.call('POST', '/api/v1/identifiers', { token, body })).status, 201);
  }
  const target = ['--node', second.url, '--token', OPERATOR_TOKEN, '--url', second.url];
  const at = ['--parent', parent.url, '--parent-token', token, '--prefix', '88.102.6'];
  const enrolling = runKapok(['enroll', ...target, ...at, '--wait', '--json'], {});
  await until(async () => (await parent.call('GET', '/api/v1/enrolments/88.102.6')).json.state === 'applied', 60_000);
  t.equal((await parent.get('/api/handles/88.102.6/P1')).status, 200, 'answered here until it is taken over');
  const accepting = ['enrolment', 'accept', '88.102.6', '--node', parent.url, '--token', OPERATOR_TOKEN];
  t.match(await runKapok(accepting, {}), { out: `88.102.6\taccepted\t${second.url}\tto be taken over\n`, code: 0 });
  const { code, out, err } = await enrolling;
  t.match({ code, json: JSON.parse(out || '{}') }, { code: 0, json: { state: 'accepted' } }, err);
  t.equal((await parent.get('/api/handles/88.102.6/P1')).status, 300);
  t.equal((await second.get('/api/handles/88.102.6/P1')).status, 200);
  t.match((await parent.call('GET', '/api/v1/allotments/88.102.6')).json, { state: 'allotted', hosting: 'delegated' });
  const back = { prefix: '88.102.6', url: parent.url };
  t.match(await second.call('POST', '/api/v1/moves', { body: back }), { status: 201, json: { direction: 'back' } });
});
