import t from 'tap';
import { createToken } from '../../src/access/tokens.ts';
import { Database } from '../../src/database/database.ts';
import { releaseDue } from '../../src/governance/allotments/release-prefix.ts';
import { verifiedOrganisation } from '../governance/verified.ts';
import type { Answer } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());
const state = openState(t, url);

interface Holder {
  readonly id: string;
  readonly token: string;
}

async function holderNamed(name: string): Promise<Holder> {
  const id = await verifiedOrganisation(database, name);
  const { token } = await createToken(database, {
    subject: `org:${id}`,
    label: name,
    by: { id: 'test', subject: null },
  });
  return { id, token };
}

const plant = await holderNamed('示例工厂');
const rival = await holderNamed('示例竞争者');
const reviewer: string = (
  await node.call('POST', '/api/v1/tokens', { body: { role: 'reviewer', scope: '88.102', label: 'reviewer' } })
).json.token;

const apply = ({ id, token }: Holder, body: object): Promise<Answer> =>
  node.call('POST', '/api/v1/allotments', { token, body: { organisation: id, ...body } });
const decide = (prefix: string, action: string, body: object = {}): Promise<Answer> =>
  node.call('POST', `/api/v1/allotments/${prefix}/decision`, { token: reviewer, body: { action, ...body } });
const show = (prefix: string, token: string): Promise<Answer> =>
  node.call('GET', `/api/v1/allotments/${prefix}`, { token });
const VALUES = [{ index: 1, type: 'URL', data: 'http://a.example/' }];
const write = (identifier: string, { token }: Holder): Promise<Answer> =>
  node.call('PUT', `/api/v1/identifiers/${identifier}`, { token, body: { values: VALUES } });
const resolve = async (identifier: string): Promise<number> =>
  (await node.get(`/api/handles/${identifier}`)).json.responseCode;

/** From the application to the prefix. */
async function allotted(prefix: string, holder: Holder): Promise<void> {
  t.equal((await apply(holder, { prefix })).status, 201);
  await decide(prefix, 'review');
  t.equal((await decide(prefix, 'allot')).status, 200);
}

t.test('from the application to a prefix that its holder registers below', async (t) => {
  const applied = await apply(plant, { prefix: '88.102.5', purpose: '轴承追溯' });
  t.match(applied, {
    status: 201,
    json: {
      prefix: '88.102.5',
      parent: '88.102',
      state: 'applied',
      organisation: plant.id,
      label: '示例工厂',
      hosting: null,
    },
  });
  t.strictSame(applied.json.possible, ['cancel']);
  t.equal((await write('88.102.5/A', plant)).status, 403, 'not before it is allotted');
  t.match(await decide('88.102.5', 'review'), { status: 200, json: { state: 'under_review' } });
  t.match(await decide('88.102.5', 'return', { reason: 'Say what it is for' }), {
    status: 200,
    json: { state: 'returned', remarks: 'Say what it is for', possible: ['refuse'] },
  });
  t.match((await show('88.102.5', plant.token)).json, { state: 'returned', possible: ['apply', 'cancel'] });
  t.match(await apply(plant, { prefix: '88.102.5', purpose: '轴承' }), {
    status: 201,
    json: { state: 'applied', remarks: null },
  });
  await decide('88.102.5', 'review');
  t.match(await decide('88.102.5', 'allot', { ttl: 60 }), {
    status: 200,
    json: {
      state: 'allotted',
      hosting: 'hosted',
      allottedAt: /^2/,
      possible: ['delegate', 'host', 'suspend', 'revoke'],
    },
  });
  t.match((await node.call('GET', '/api/v1/prefixes/88.102.5')).json, { status: 'active', ttl: 60, label: '示例工厂' });
  t.equal((await write('88.102.5/A', plant)).status, 201);
  t.equal((await write('88.102.5/B', rival)).status, 403);
  t.equal(await resolve('88.102.5/A'), 1);
});

t.test('suspended it stops at once on a warm cache, and resumed it goes on', async (t) => {
  t.equal(await resolve('88.102.5/A'), 1);
  t.match(await decide('88.102.5', 'suspend', { reason: 'Not confirmed' }), {
    status: 200,
    json: { state: 'suspended' },
  });
  t.equal(await resolve('88.102.5/A'), 10_001);
  t.match(await write('88.102.5/A', plant), { status: 403, json: { code: 'PREFIX_SUSPENDED' } });
  t.match(await decide('88.102.5', 'resume'), { status: 200, json: { state: 'allotted', remarks: null } });
  t.equal(await resolve('88.102.5/A'), 1);
});

t.test(
  'what is written to the table of prefixes takes the allotment along, and is refused where it cannot go',
  async (t) => {
    const patch = (body: object) => node.call('PATCH', '/api/v1/prefixes/88.102.5', { body });
    t.match(await patch({ status: 'suspended' }), { status: 200, json: { status: 'suspended' } });
    t.match((await show('88.102.5', plant.token)).json, { state: 'suspended', hosting: 'hosted' });
    const before = await state.read();
    t.match(await patch({ status: 'suspended', url: 'http://plant.example:7300', pin: false }), {
      status: 409,
      json: { code: 'TRANSITION_REFUSED', state: 'suspended', possible: ['resume', 'revoke'] },
    });
    t.strictSame(await state.read(), before, 'nothing is changed');
    t.match(await patch({ status: 'active', url: 'http://plant.example:7300', pin: false }), {
      status: 200,
      json: { status: 'active' },
    });
    t.match((await show('88.102.5', plant.token)).json, { state: 'allotted', hosting: 'delegated' });
    t.match(await patch({ site: null, label: 'plant' }), { status: 200, json: { site: null, label: 'plant' } });
    t.match((await show('88.102.5', plant.token)).json, { state: 'allotted', hosting: 'hosted', label: 'plant' });
    t.match(await patch({ ttl: 61 }), { status: 200, json: { ttl: 61, status: 'active' } }, 'a time is no step');
    await apply(rival, { prefix: '88.102.6' });
    t.match(await node.call('PUT', '/api/v1/prefixes/88.102.6', { body: {} }), {
      status: 409,
      json: { code: 'TRANSITION_REFUSED', state: 'applied', possible: ['review'] },
    });
    await decide('88.102.6', 'review');
    t.match(await node.call('PUT', '/api/v1/prefixes/88.102.6', { body: {} }), { status: 201 });
    t.match((await show('88.102.6', rival.token)).json, { state: 'allotted', organisation: rival.id });
    t.equal((await write('88.102.6/A', rival)).status, 201);
  },
);

t.test('revoked it is in quarantine; free again, its next holder finds nothing of the last one', async (t) => {
  await write('88.102.5/ADMIN', plant);
  await write('88.102.5/A', plant);
  const key = '300:88.102.5/ADMIN';
  await node.call('POST', '/api/v1/grants', { body: { subject: key, role: 'registrant', scope: '88.102.6' } });
  const made = await node.call('POST', '/api/v1/tokens', {
    body: { role: 'registrant', scope: '88.102.5', label: 'line' },
  });
  t.match(await decide('88.102.5', 'revoke', { reason: 'Given up' }), { status: 200, json: { state: 'quarantined' } });
  t.equal(await resolve('88.102.5/A'), 10_002);
  t.equal((await write('88.102.5/A', plant)).status, 403, 'its holder has no right there any more');
  const { quarantineUntil } = (await show('88.102.5', plant.token)).json;
  const asked = await apply(rival, { prefix: '88.102.5' });
  t.match(asked, { status: 409, json: { code: 'PREFIX_QUARANTINED', at: 'prefix' } });
  t.ok(asked.json.detail.includes(quarantineUntil), asked.json.detail);
  t.equal(await releaseDue(database, new Date(Date.parse(quarantineUntil) - 1000)), 0, 'not a second before');
  t.equal(await releaseDue(database, new Date(quarantineUntil)), 1);
  t.equal(await resolve('88.102.5/A'), 10_002, 'free, it is still revoked');

  await allotted('88.102.5', rival);
  t.equal(await resolve('88.102.5/A'), 10_003, 'its identifiers are tombstones, whatever was cached');
  const { versions } = (await node.call('GET', '/api/v1/history/88.102.5/A', { token: rival.token })).json;
  t.match(versions, [{ status: 'tombstone' }], 'and their history is nobody’s');
  t.equal(versions.length, 1);
  const kept = `select count(*)::int as kept from retired_versions where prefix = '88.102.5' and suffix_key = 'A'`;
  t.strictSame(await state.query(kept), [{ kept: 2 }]);
  t.strictSame(
    await state.query('select subject from grants where subject = $1', [key]),
    [],
    'nor is a key of its names known',
  );
  t.equal((await write('88.102.5/A', { ...plant, token: made.json.token })).status, 401);
  t.equal((await write('88.102.5/A', plant)).status, 403);
  t.match(await write('88.102.5/A', rival), { status: 201, json: { version: 4 } }, 'versions go on');
  t.equal(await resolve('88.102.5/A'), 1);
});

t.test('each prefix that cannot be applied for is refused with its reason', async (t) => {
  await node.call('PUT', '/api/v1/prefixes/88.102.70', { body: {} });
  await node.call('PUT', '/api/v1/prefixes/88.102.71', { body: {} });
  await node.call('PATCH', '/api/v1/prefixes/88.102.71', { body: { status: 'revoked' } });
  await node.call('PUT', '/api/v1/prefixes/88.102.72', { body: { url: 'http://plant.example:7300', pin: false } });
  const rule = { labels: 'digits', minLength: 1, maxLength: 5, reserved: [{ from: 900, to: 999 }] };
  const put = (prefix: string, body: object) => node.call('PUT', `/api/v1/allotment-rules/${prefix}`, { body });
  t.match(await put('88.102', rule), { status: 200, json: rule });
  t.match((await node.call('GET', '/api/v1/allotment-rules/88.102')).json, rule);
  const draft = (await node.call('POST', '/api/v1/organisations', { token: null, body: { name: '未核验单位' } })).json;
  const unverified = { id: draft.organisation.id, token: draft.token };
  const before = await state.read();
  const cases: [holder: Holder, body: object, status: number, code: string, reason: RegExp][] = [
    [plant, { prefix: '88.103.5' }, 400, 'NOT_RESPONSIBLE', /does not lie below this node \(88\.102\)/],
    [plant, { prefix: '88.102' }, 400, 'NOT_RESPONSIBLE', /does not lie below this node/],
    [plant, { prefix: '88.102.6.1' }, 400, 'NOT_RESPONSIBLE', /directly below a prefix that this node allots from/],
    [plant, { prefix: '88.102.72.1' }, 400, 'NOT_RESPONSIBLE', /88\.102\.72, which another node answers for/],
    [plant, { prefix: '88.102.71.1' }, 400, 'NOT_RESPONSIBLE', /below 88\.102\.71, which is revoked/],
    [plant, { prefix: '88..5' }, 400, 'INVALID_PREFIX', /empty label/],
    [plant, { prefix: '88.102.abc' }, 400, 'PREFIX_FORM', /digits alone/],
    [plant, { prefix: '88.102.123456' }, 400, 'PREFIX_FORM', /1 to 5 characters/],
    [plant, { prefix: '88.102.007' }, 400, 'PREFIX_FORM', /does not begin with 0/],
    [plant, { prefix: '88.102.950' }, 409, 'PREFIX_RESERVED', /900 to 999/],
    [plant, { prefix: '88.102.6' }, 409, 'PREFIX_TAKEN', /another organisation/],
    [plant, { prefix: '88.102.70' }, 409, 'PREFIX_TAKEN', /allotted already/],
    [plant, { prefix: '88.102.71' }, 409, 'PREFIX_TAKEN', /for good/],
    [rival, { prefix: '88.102.6' }, 409, 'TRANSITION_REFUSED', /in the state allotted/],
    [unverified, { prefix: '88.102.80' }, 409, 'ORGANISATION_NOT_VERIFIED', /./],
    [plant, { prefix: '88.102.80', parent: '88.102' }, 400, 'BAD_REQUEST', /exclude each other/],
    [plant, { prefix: '88.102.80', label: 'a\u0000b' }, 400, 'BAD_REQUEST', /label/],
    [plant, { prefix: 5 }, 400, 'BAD_REQUEST', /prefix must be string/],
    [{ ...plant, token: rival.token }, { prefix: '88.102.80' }, 403, 'FORBIDDEN', /./],
  ];
  for (const [holder, body, status, code, reason] of cases)
    t.match(await apply(holder, body), { status, json: { code, detail: reason } }, JSON.stringify(body));
  t.match(await put('88.102', { ...rule, minLength: 6 }), { status: 400, json: { at: 'minLength' } });
  t.match(await put('88.102', { ...rule, reserved: [{ from: 2, to: 1 }] }), {
    status: 400,
    json: { at: 'reserved[0].from' },
  });
  t.match(await put('88.103', rule), { status: 400, json: { code: 'NOT_RESPONSIBLE' } });
  t.strictSame(await state.read(), before, 'nothing is changed');
});

t.test('a number is left to the authority: the next that nobody was given, each once', async (t) => {
  await node.call('PUT', '/api/v1/allotment-rules/88.102', {
    body: { labels: 'digits', minLength: 4, maxLength: 6, reserved: [{ from: 1, to: 99 }] },
  });
  await node.call('PUT', '/api/v1/prefixes/88.102.0101', { body: {} });
  const answers = await Promise.all([1, 2, 3, 4].map((n) => apply(n % 2 === 0 ? plant : rival, {})));
  t.strictSame(answers.map(({ json }) => json.prefix).sort(), [
    '88.102.0100',
    '88.102.0102',
    '88.102.0103',
    '88.102.0104',
  ]);
});

t.test('of two that apply for the same prefix at once one gets it', async (t) => {
  const answers = await Promise.all(
    [plant, rival, plant, rival].map((holder) => apply(holder, { prefix: '88.102.7777' })),
  );
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
  const [put, asked] = await Promise.all([
    node.call('PUT', '/api/v1/prefixes/88.102.8888', { body: {} }),
    apply(plant, { prefix: '88.102.8888' }),
  ]);
  t.equal([put.status, asked.status].filter((status) => status === 201).length, 1, `${put.text} ${asked.text}`);
});

t.test('an applicant may think better of it, until it is allotted', async (t) => {
  const cancel = (prefix: string, { token }: Holder) =>
    node.call('POST', `/api/v1/allotments/${prefix}/cancel`, { token });
  await apply(plant, { prefix: '88.102.1234' });
  t.equal((await cancel('88.102.1234', rival)).status, 403);
  t.match(await cancel('88.102.1234', plant), { status: 200, json: { state: 'cancelled', possible: ['apply'] } });
  t.match(
    await apply(rival, { prefix: '88.102.1234' }),
    { status: 201, json: { organisation: rival.id } },
    'then others may',
  );
  t.match(await cancel('88.102.6', rival), { status: 409, json: { code: 'TRANSITION_REFUSED', state: 'allotted' } });
});

t.test('lists: one’s own, and what one decides on', async (t) => {
  const list = async (query: string, token: string) => node.call('GET', `/api/v1/allotments${query}`, { token });
  const own = await list(`?organisation=${plant.id}`, plant.token);
  t.ok(own.json.allotments.every(({ organisation }: { organisation: string }) => organisation === plant.id));
  t.equal((await list(`?organisation=${plant.id}`, rival.token)).status, 403);
  t.equal((await list('', plant.token)).status, 403);
  const [first] = (await list('?limit=1', reviewer)).json.allotments;
  const second = await list(`?limit=1&after=${first.prefix}&state=allotted`, reviewer);
  t.match(second.json.allotments, [{ state: 'allotted' }]);
  t.not(second.json.allotments[0].prefix, first.prefix);
  for (const query of ['?state=lost', '?limit=0', '?after=88..1'])
    t.equal((await list(query, reviewer)).status, 400, query);
  t.equal((await show('88.102.5', plant.token)).status, 403, 'who lost it sees no more of it than others');
  t.match(await show('88.102.4321', reviewer), { status: 404, json: { code: 'ALLOTMENT_NOT_FOUND' } });
});

t.test('its holder is told of each step, and each is in the audit', async (t) => {
  const notices = await state.query(
    'select kind, body from notices where organisation = $1 and prefix = $2 order by seq',
    [plant.id, '88.102.5'],
  );
  t.strictSame(
    notices.map(({ kind }) => kind),
    [
      'apply',
      'review',
      'return',
      'apply',
      'review',
      'allot',
      'suspend',
      'resume',
      'suspend',
      'resume',
      'delegate',
      'host',
      'revoke',
      'release',
    ].map((action) => `allotment.${action}`),
  );
  t.match(notices[2]?.body, { state: 'returned', remarks: 'Say what it is for' });
  t.match(notices.at(-2)?.body, { state: 'quarantined', quarantineUntil: /^2/ });
  const [entry] = await state.query(
    `select actor, reason, before, after from audit_entries where id = '88.102.5' and action = 'allotment.revoke'`,
  );
  t.match(entry, { reason: 'Given up', before: { state: 'allotted' }, after: { state: 'quarantined' } });
});
