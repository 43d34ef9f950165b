import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { verifiedOrganisation } from '../governance/filings/verified-organisation.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());

/** An organisation with all that is private, and prefixes of its own in these states. */
async function onRecord(name: string, prefixes: Record<string, string>): Promise<void> {
  const { id } = await verifiedOrganisation(node, database, name);
  const open = { introduction: `${name} makes parts`, address: 'Hidden Lane 1', website: 'hidden.example' };
  await database.query('update organisations set data = $2 where id = $1', [id, JSON.stringify(open)]);
  const text = `insert into allotments (prefix, parent, organisation, state, purpose, allotted_at)
    values ($1, '88.102', $2, $3, 'Hidden purpose', '2026-11-24T08:00:00Z')`;
  for (const [prefix, state] of Object.entries(prefixes)) await database.query(text, [prefix, id, state]);
}
await onRecord('Demo Works', { '88.102.5': 'allotted', '88.102.6': 'suspended' });
await onRecord('示范工厂', { '88.102.7': 'allotted', '88.102.8': 'applied' });
await onRecord('50%_Works*', { '88.102.9': 'allotted' });

const get = async (path: string) => {
  const answer = await node.call('GET', `/iiidap/${path}`, { token: null });
  t.match(answer.headers['content-type'], /^application\/iiidap\+json/, path);
  t.notMatch(answer.text, /[Hh]idden/, path);
  return answer;
};
const names = async (name: string): Promise<string[]> => {
  const { json } = await get(`names?name=${encodeURIComponent(name)}`);
  return json.NodeSearchResults.map(({ identifier }: { identifier: string }) => identifier);
};

t.test('a prefix on record shows its holder, and nothing of it that is private', async (t) => {
  const { status, json } = await get('identifier/88.102.5');
  t.equal(status, 200);
  const { notices, regTime, ...record } = json;
  t.ok(notices.length > 0);
  t.match(regTime, /^2026-11-24T08:00:00.*Z$/);
  t.strictSame(record, {
    iiidapConformance: ['iiidap_level_0'],
    lang: 'en',
    identifier: '88.102.5',
    status: 'ok',
    country: 'CN',
    node: { name: 'Demo Works', type: 'enterprise', introduction: 'Demo Works makes parts' },
  });
  t.match((await get('identifier/88.102.6')).json, { status: 'hold' });
});

t.test('what nobody holds is not on record, whoever has applied for it', async (t) => {
  for (const prefix of ['88.102.8', '88.102.99', '88.102'])
    t.match((await get(`identifier/${prefix}`)).json, { errorCode: 404, title: String, description: [String] }, prefix);
  t.match((await get('name/Nobody')).json, { errorCode: 404 });
});

t.test('a name is found however it is spelled', async (t) => {
  for (const name of ['Demo Works', 'dEMO wORKS', 'Ｄｅｍｏ Ｗｏｒｋｓ']) {
    const { json } = await get(`name/${encodeURIComponent(name)}`);
    t.match(json, { identifier: '88.102.5', notices: [{ title: 'Privacy' }, { title: 'Several' }] }, name);
  }
  t.match((await get(`name/${encodeURIComponent('示范工厂')}`)).json, { identifier: '88.102.7' });
});

t.test('names are searched by how they begin, and by nothing else', async (t) => {
  t.strictSame(await names('demo*'), ['88.102.5', '88.102.6']);
  t.strictSame(await names('DEMO WORKS'), ['88.102.5', '88.102.6']);
  t.strictSame(await names('示范*'), ['88.102.7']);
  t.strictSame(await names('50%*'), ['88.102.9']);
  t.strictSame(await names('50_*'), [], 'no letter stands for another');
  t.strictSame(await names('works*'), []);
  for (const name of ['*', '*demo', 'de*mo', 'demo**', '*demo*'])
    t.match((await get(`names?name=${name}`)).json, { errorCode: 422, description: [/one "\*", at the end/] }, name);
});

t.test('what cannot be understood is refused in the same shape', async (t) => {
  const bad = [
    ...['identifier/8', 'identifier/88..1', `identifier/${'8'.repeat(256)}`, 'identifier/%FF', 'identifier/88.102/x'],
    ...['name/%FF', 'name/%20', `name/${'x'.repeat(256)}`, 'name/a%00'],
    ...['names', 'names?name=', 'names?name=%FF', 'names?name=a&name=b', `names?name=${'x'.repeat(256)}`],
  ];
  for (const path of bad) t.match((await get(path)).json, { errorCode: 400, description: [String] }, path);
});

t.test('help says what can be looked up', async (t) => {
  const { status, json } = await get('help');
  t.equal(status, 200);
  t.match(json.notices[0].description.join('\n'), /\/iiidap\/names\?name=exam\*/);
});
