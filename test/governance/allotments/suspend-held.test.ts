import t from 'tap';
import { Database } from '../../../src/database/database.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { FILINGS } from '../filings/samples.ts';
import { verifiedOrganisation } from '../filings/verified-organisation.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const database = new Database({ url, poolSize: 4 });
t.teardown(() => database.close());

const post = (path: string, body: object = {}) => node.call('POST', `/api/v1/${path}`, { body });
const decide = (prefix: string, action: string) =>
  post(`allotments/${prefix}/decision`, { action, reason: 'a reason of its own' });
const show = async (prefix: string) => (await node.call('GET', `/api/v1/allotments/${prefix}`)).json;
const isAnswered = async (prefix: string) => (await node.get(`/api/handles/${prefix}/A`)).json.responseCode === 1;

let labels = 1;

/** An organisation that holds prefixes, each with an identifier. */
async function holderOf(count: number) {
  const { id } = await verifiedOrganisation(node, database, `Demo Works ${labels}`);
  const prefixes: string[] = [];
  for (let n = 0; n < count; n++) {
    const prefix = `88.102.${labels++}`;
    prefixes.push(prefix);
    await post('allotments', { organisation: id, prefix });
    await decide(prefix, 'review');
    await decide(prefix, 'allot');
    await post('identifiers', { identifier: `${prefix}/A`, values: [{ index: 1, type: 'NAME', data: 'a part' }] });
  }
  return { id, prefixes };
}

/** An accepted filing 主体备案 of an organisation; answers its id. */
async function filed(organisation: string): Promise<string> {
  const { json } = await post('filings', { organisation, kind: 'organisation', data: FILINGS.organisation });
  for (const action of ['submit', 'review', 'accept']) await post(`filings/${json.id}/${action}`);
  return json.id;
}

async function entriesOf(prefix: string) {
  const text = `select action, reason from audit_entries where kind = 'allotment' and id = $1 order by seq`;
  return database.query<{ action: string; reason: string }>(text, [prefix]);
}

t.test(
  'the prefixes of an organisation are suspended and resumed with it, each with an entry of its own',
  async (t) => {
    const { id, prefixes } = await holderOf(2);
    const [, , alone = ''] = [...prefixes, (await holderOf(1)).prefixes[0]];
    for (const prefix of [...prefixes, alone]) t.ok(await isAnswered(prefix));
    t.match(await post(`organisations/${id}/suspend`, { reason: '核查' }), {
      status: 200,
      json: { state: 'suspended' },
    });
    for (const prefix of prefixes) {
      t.match(await show(prefix), { state: 'suspended', suspendedBy: ['organisation'] });
      t.match((await node.get(`/api/handles/${prefix}/A`)).json, { code: 'PREFIX_SUSPENDED', prefix });
      t.match((await entriesOf(prefix)).at(-1), {
        ...{ action: 'allotment.suspend', reason: 'The organisation is suspended: 核查' },
      });
    }
    t.ok(await isAnswered(alone), 'of nobody else');
    t.match((await post(`organisations/${id}/resume`)).json, { state: 'verified' });
    for (const prefix of prefixes) {
      t.ok(await isAnswered(prefix));
      t.match(await show(prefix), { state: 'allotted', suspendedBy: [] });
      t.match((await entriesOf(prefix)).at(-1), { action: 'allotment.resume' });
    }
    const { notices } = (await node.call('GET', `/api/v1/notices?organisation=${id}`)).json;
    const kinds = notices.map(({ kind }: { kind: string }) => kind);
    t.equal(kinds.filter((kind: string) => kind === 'allotment.suspend').length, 2, 'it is told of each');
  },
);

t.test(
  'what was suspended by itself stays so, and what its organisation holds back is not resumed alone',
  async (t) => {
    const { id, prefixes } = await holderOf(2);
    const [first = '', second = ''] = prefixes;
    await decide(first, 'suspend');
    await post(`organisations/${id}/suspend`, { reason: 'a reason' });
    t.match(await show(first), { state: 'suspended', suspendedBy: ['authority', 'organisation'] });
    for (const prefix of prefixes)
      t.match(await decide(prefix, 'resume'), { status: 409, json: { code: 'PREFIX_STATE' } });
    const patched = await node.call('PATCH', `/api/v1/prefixes/${second}`, { body: { status: 'active' } });
    t.match(patched, { status: 409, json: { code: 'PREFIX_STATE', detail: /its organisation/ } }, 'nor by another way');
    await post(`organisations/${id}/resume`);
    t.match(await show(first), { state: 'suspended', suspendedBy: ['authority'] });
    t.ok(await isAnswered(second));
    t.match(await decide(first, 'resume'), { status: 200, json: { state: 'allotted', suspendedBy: [] } });
  },
);

t.test(
  'a filing that is in force no more takes the prefixes along, and one that is again brings them back',
  async (t) => {
    const { id, prefixes } = await holderOf(1);
    const [prefix = ''] = prefixes;
    const act = (filing: string, action: string) => post(`filings/${filing}/${action}`, { reason: 'a reason' });
    const first = await filed(id);
    await act(first, 'suspend');
    t.match(await show(prefix), { state: 'suspended', suspendedBy: ['filing'] });
    t.match((await entriesOf(prefix)).at(-1), { reason: 'The filing of the organisation is suspended: a reason' });
    await act(first, 'resume');
    t.ok(await isAnswered(prefix));

    await act(first, 'suspend');
    await post(`organisations/${id}/suspend`, { reason: 'a reason' });
    await act(first, 'revoke');
    await post(`organisations/${id}/resume`);
    t.match(await show(prefix), { state: 'suspended', suspendedBy: ['filing'] }, 'revoked: one cause is left');
    const second = await filed(id);
    t.ok(await isAnswered(prefix), 'another filing was accepted');
    const third = await filed(id);
    await act(second, 'cancel');
    t.ok(await isAnswered(prefix), 'one filing in force is enough');
    await act(third, 'cancel');
    t.match(await show(prefix), { state: 'suspended', suspendedBy: ['filing'] }, 'given up');
  },
);

t.test('drafts, and filings of nodes and applications, hold no prefix', async (t) => {
  const { id, prefixes } = await holderOf(1);
  const [prefix = ''] = prefixes;
  await filed(id);
  const draft = (await post('filings', { organisation: id, kind: 'organisation' })).json.id;
  await post(`filings/${draft}/cancel`);
  for (const kind of ['node', 'application'] as const) {
    const data = { ...FILINGS[kind], ...(kind === 'node' ? { prefix } : {}) };
    const { json } = await post('filings', { organisation: id, kind, data });
    for (const action of ['submit', 'review', 'accept', 'cancel'])
      t.equal((await post(`filings/${json.id}/${action}`)).status, 200);
  }
  t.ok(await isAnswered(prefix));
});

t.test(
  'decisions on an organisation and on its prefixes at the same time leave no prefix resolving that must not',
  async (t) => {
    const { id, prefixes } = await holderOf(4);
    await Promise.all(prefixes.map((prefix) => decide(prefix, 'suspend')));
    const acts = [
      post(`organisations/${id}/suspend`, { reason: 'a reason' }),
      ...prefixes.map((prefix) => decide(prefix, 'resume')),
      ...prefixes.map((prefix) => node.call('PATCH', `/api/v1/prefixes/${prefix}`, { body: { label: 'another' } })),
    ];
    for (const { status, text } of await Promise.all(acts)) t.ok(status === 200 || status === 409, text);
    for (const prefix of prefixes) t.match(await show(prefix), { state: 'suspended' });
  },
);
