import t from 'tap';
import { createToken } from '../../../src/access/tokens.ts';
import { Database } from '../../../src/database/database.ts';
import { verifiedOrganisation } from '../../governance/verified.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { item, SecondLevelClient } from './client.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.102', KAPOK_ROLE: 'industry', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());

const PREFIX = '88.102.5';
const organisation = await verifiedOrganisation(database, '示例工厂');
const said = { website: 'http://plant.example/', industry: 'C/34', address: '示例路 1 号', introduction: '轴承' };
await database.query('update organisations set data = $2 where id = $1', [organisation, JSON.stringify(said)]);
const { token } = await createToken(database, {
  subject: `org:${organisation}`,
  label: 'plant',
  by: { id: 'test', subject: null },
});
const plant = new SecondLevelClient(node, { username: 'plant', password: token });
const { json } = await node.call('POST', '/api/v1/tokens', { body: { role: 'operator', scope: '', label: 'admin' } });
const admin = new SecondLevelClient(node, { username: 'admin', password: json.token });

const decide = async (action: string, body: object = {}) => {
  const { status, text } = await node.call('POST', `/api/v1/allotments/${PREFIX}/decision`, {
    body: { action, ...body },
  });
  t.equal(status, 200, text);
};
const query = async () => (await admin.send('GET', `/snms/api/prefix/query?prefix=${PREFIX}`)).data;
const list = async (narrowed: string) =>
  (await admin.send('GET', `/snms/api/prefix/page?${narrowed}`)).data as { totalElements: number; content: object[] };
const config = (more: object) =>
  admin.send('POST', '/snms/api/ent/config', { ...more, entPrefixConfig: { entPrefix: PREFIX, ...OWN } });
const OWN = { hdlType: 'HS_SITE', ipType: 4, ip: '192.0.2.7', tcpPort: 2641 };

t.test('a prefix shows where its application stands, and whose it is', async (t) => {
  const body = { organisation, prefix: PREFIX };
  t.equal((await node.call('POST', '/api/v1/allotments', { token, body })).status, 201);
  t.match(await query(), {
    ...{ prefix: PREFIX, status: 4, entNameCn: '示例工厂', entWebSite: said.website, entIndustry: 'C/34' },
    ...{ entAddrCn: said.address, entDesc: said.introduction, ghrName: '88.102' },
  });
  t.match(await config({}), { status: -2, message: '前缀不存在' }, 'nothing is configured before the verdict');
  await decide('review');
  t.match(await query(), { status: 5 });
  await decide('return', { reason: '用途不明' });
  t.match(await query(), { status: 3 });
  await node.call('POST', '/api/v1/allotments', { token, body });
  await decide('review');
  await decide('allot');
  t.match(await query(), { status: 1 });
  t.match(await list(`entId=${organisation}`), {
    ...{
      totalElements: 1,
      content: [{ entPrefix: PREFIX, entId: organisation, entName: '示例工厂', state: 1, proxyState: 4 }],
    },
  });
  t.match(await list('entId=5'), { totalElements: 0 });
});

t.test('its holder registers with what the organisation was given', async (t) => {
  const items = [
    { name: '名称', idType: 'name', idIndex: 2000, metadata: { type: 'string', minLength: 0, maxLength: 9 } },
  ];
  t.match(await plant.send('POST', '/snms/api/v5/template', { prefix: PREFIX, version: '1.0', items }), { status: 1 });
  t.match(await plant.send('POST', '/identityv2/data', item(`${PREFIX}/a`, { 2000: ['name', '轴承'] })), { status: 1 });
  t.equal((await node.get(`/api/handles/${PREFIX}/a`)).json.responseCode, 1);
});

t.test('where it is answered is a step of the allotment, with its audit and its notice', async (t) => {
  t.match(await config({}), { status: 1 });
  t.match(await list('proxyState=1'), { content: [{ entPrefix: PREFIX }] });
  const [entry] = await database.query(
    `select action, prefix from audit_entries where prefix = $1 and kind = 'allotment' order by seq desc limit 1`,
    [PREFIX],
  );
  t.match(entry, { action: /delegate/ });
  t.match(await config({ proxyServerId: '1' }), { status: 1 });
  t.match((await node.call('GET', `/api/v1/prefixes/${PREFIX}`)).json, { site: null });
  await decide('suspend', { reason: '检查' });
  t.match(await query(), { status: 0 });
  t.match(await config({}), { status: -2, message: /^前缀当前状态不允许该操作/ });
  await decide('resume');
  await decide('revoke', { reason: '注销' });
  t.match(await query(), { status: 2 }, 'in quarantine');
  t.match(await list('state=1&entPrefix=88.102.5'), { totalElements: 0 });
});
