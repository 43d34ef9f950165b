import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { REVIEW_DAYS } from '../../src/governance/filings/act-on-filing.ts';
import { isFilingNumber } from '../../src/governance/filings/filing-number.ts';
import { addWorkingDays, addYear, dayOf } from '../../src/governance/filings/working-days.ts';
import { FILINGS } from '../governance/filings/samples.ts';
import { verifiedOrganisation } from '../governance/filings/verified-organisation.ts';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());
const own = await verifiedOrganisation(node, database, 'Demo Works');
const other = await verifiedOrganisation(node, database, 'Other Demo Works');
const reviewer: string = (
  await node.call('POST', '/api/v1/tokens', { body: { role: 'reviewer', scope: '', label: 'reviewer' } })
).json.token;

const draft = async (kind: keyof typeof FILINGS, data: object, { id, token } = own) =>
  (await node.call('POST', '/api/v1/filings', { token, body: { organisation: id, kind, data } })).json;
const edit = (id: string, data: object, token = own.token) =>
  node.call('PATCH', `/api/v1/filings/${id}`, { token, body: { data } });
const apply = (id: string, action: string, body = {}) =>
  node.call('POST', `/api/v1/filings/${id}/${action}`, { token: own.token, body });
const decide = (id: string, action: string, reason?: string) =>
  node.call('POST', `/api/v1/filings/${id}/${action}`, {
    token: reviewer,
    body: reason === undefined ? {} : { reason },
  });
const accepted = async (kind: keyof typeof FILINGS): Promise<string> => {
  const { id } = await draft(kind, FILINGS[kind]);
  await apply(id, 'submit');
  await decide(id, 'review');
  await decide(id, 'accept');
  return id;
};

t.test('a filing is drafted, returned once with remarks, and accepted with a number', async (t) => {
  const { users, ...incomplete } = FILINGS.application;
  const made = await draft('application', incomplete);
  t.match(made, { state: 'draft', complete: false, missing: ['users'], number: null, version: 1 });
  t.strictSame(made.possible, ['edit', 'submit', 'cancel']);
  const { id } = made;
  t.match((await apply(id, 'submit')).json, {
    code: 'FILING_INCOMPLETE',
    at: 'data.users',
    detail: 'The filing is not complete; missing: users',
  });
  t.match((await edit(id, { users })).json, { complete: true, missing: [], version: 2 });

  const [earliest, submitted] = [dayOf(new Date()), (await apply(id, 'submit')).json];
  const dues = [earliest, dayOf(new Date())].map((day) =>
    addWorkingDays(day, REVIEW_DAYS, { holidays: new Set(), workdays: new Set() }),
  );
  t.match(submitted, { state: 'submitted', late: false, possible: ['cancel'], submittedAt: String });
  t.ok(dues.includes(submitted.due), submitted.due);

  t.match((await decide(id, 'review')).json, { state: 'under_review', possible: ['return', 'accept'] });
  t.match((await decide(id, 'return')).json, { status: 400, at: 'reason', detail: 'return must say why' });
  t.match((await decide(id, 'return', 'Who are the users?')).json, {
    state: 'returned',
    remarks: 'Who are the users?',
    due: null,
  });
  await edit(id, { introduction: 'For workshops' });
  t.match((await apply(id, 'submit')).json, { state: 'submitted', remarks: null });
  await decide(id, 'review');
  const { json } = await decide(id, 'accept');
  t.match(json, { state: 'accepted', data: { users, introduction: 'For workshops' }, due: null, pending: null });
  t.match(json.number, new RegExp(`^88\\.102-${dayOf(new Date()).slice(0, 4)}-\\d{6}-[0-9A-Z]$`));
  t.ok(isFilingNumber(json.number));
  t.ok([addYear(earliest), addYear(dayOf(new Date()))].includes(json.confirmedUntil));

  const told = await database.query(`select kind from notices where organisation = $1 and about_id = $2 order by seq`, [
    own.id,
    id,
  ]);
  const steps = ['submit', 'review', 'return', 'submit', 'review', 'accept'];
  t.strictSame(
    told.map(({ kind }) => kind),
    steps.map((step) => `filing.${step}`),
  );
  const audited = await database.query(
    `select action, reason, before ->> 'state' as was, after ->> 'state' as is from audit_entries where id = $1 order by seq`,
    [id],
  );
  t.strictSame(
    audited.map(({ action }) => action),
    ['create', 'edit', 'submit', 'review', 'return', 'edit', 'submit', 'review', 'accept'].map(
      (step) => `filing.${step}`,
    ),
  );
  t.match(audited[4], { reason: 'Who are the users?', was: 'under_review', is: 'returned' });
});

t.test('a change is reviewed beside what is in force', async (t) => {
  const id = await accepted('organisation');
  const { number } = (await node.call('GET', `/api/v1/filings/${id}`)).json;
  const inForce = { introduction: FILINGS.organisation.introduction };
  const changed = await edit(id, { introduction: 'Now also tools' });
  t.match(changed.json, { state: 'changing', number, data: inForce, pending: { introduction: 'Now also tools' } });
  t.equal(changed.json.pending.dataHosting, FILINGS.organisation.dataHosting, 'the whole of what it is to become');
  await apply(id, 'submit');
  await decide(id, 'review');
  t.match((await decide(id, 'return', 'Which tools?')).json, {
    state: 'changing',
    remarks: 'Which tools?',
    data: inForce,
  });
  await edit(id, { introduction: 'Now also spanners' });
  await apply(id, 'submit');
  await decide(id, 'review');
  t.match((await decide(id, 'accept')).json, {
    ...{ state: 'accepted', number, pending: null, remarks: null },
    data: { introduction: 'Now also spanners' },
  });
  await edit(id, { introduction: 'Never mind' });
  t.match((await apply(id, 'discard')).json, {
    state: 'accepted',
    pending: null,
    data: { introduction: 'Now also spanners' },
  });
});

t.test('an incomplete change is not submitted, and what is drafted outlives a suspension', async (t) => {
  const id = await accepted('application');
  await edit(id, { developer: null });
  t.match((await apply(id, 'submit')).json, { code: 'FILING_INCOMPLETE', at: 'data.developer' });
  t.match((await decide(id, 'suspend', 'It asks nobody')).json, { state: 'suspended', remarks: 'It asks nobody' });
  t.match((await decide(id, 'resume')).json, { state: 'accepted', remarks: null, data: FILINGS.application });
  t.match((await edit(id, { developer: 'Others' })).json, {
    state: 'changing',
    complete: true,
    pending: { users: 1200 },
  });
});

t.test('who is not of the organisation learns nothing, not even what exists', async (t) => {
  const { id } = await draft('application', {});
  const ask = async (at: string) => (await node.call('GET', `/api/v1/filings/${at}`, { token: other.token })).json;
  const refused = await ask(id);
  t.match(refused, { status: 403, code: 'FORBIDDEN' });
  t.strictSame(await ask('00000000-0000-4000-8000-000000000000'), refused);
  t.strictSame(await ask('x'), refused);
  t.strictSame((await edit(id, {}, other.token)).json, refused);
  const body = { organisation: own.id, kind: 'node' };
  t.match((await node.call('POST', '/api/v1/filings', { token: other.token, body })).json, { code: 'FORBIDDEN' });
  const asked = `/api/v1/filings?organisation=${own.id}`;
  t.match((await node.call('GET', asked, { token: other.token })).json, { code: 'FORBIDDEN' });
  t.match((await node.call('GET', '/api/v1/filings/x')).json, { code: 'FILING_NOT_FOUND' });
  const nobody = { organisation: '00000000-0000-4000-8000-000000000000', kind: 'node' };
  t.match((await node.call('POST', '/api/v1/filings', { body: nobody })).json, { code: 'ORGANISATION_NOT_FOUND' });
});

t.test('an organisation that was not checked drafts, and does not submit', async (t) => {
  const { id } = await draft('application', FILINGS.application, other);
  await database.query(`update organisations set state = 'draft' where id = $1`, [other.id]);
  const { json } = await node.call('POST', `/api/v1/filings/${id}/submit`, { token: other.token, body: {} });
  t.match(json, { status: 409, code: 'ORGANISATION_NOT_VERIFIED' });
});

t.test('a node is filed with the authority above it', async (t) => {
  for (const prefix of ['88.103.5', '88.102', '88']) {
    const { id } = await draft('node', { ...FILINGS.node, prefix });
    t.match((await apply(id, 'submit')).json, { status: 400, at: 'data.prefix', subject: prefix });
  }
});

t.test('a field that is no good is named, and nothing is stored', async (t) => {
  const { id } = await draft('application', {});
  t.match((await edit(id, { name: 'Finder', users: -1 })).json, { status: 400, code: 'BAD_REQUEST', at: 'data.users' });
  t.match((await node.call('GET', `/api/v1/filings/${id}`)).json, { data: {}, version: 1 });
  t.match((await node.call('PATCH', `/api/v1/filings/${id}`, { body: { data: [] } })).json, {
    status: 400,
    at: 'data',
  });
  t.match((await apply(id, 'cancel', { reason: 'x'.repeat(1025) })).json, { status: 400, at: 'reason' });
});

t.test('a filing that has changed since it was read is not acted upon', async (t) => {
  const { id } = await draft('application', {});
  const read = await node.call('GET', `/api/v1/filings/${id}`, { token: own.token });
  const headers = { 'if-match': String(read.headers.etag) };
  const write = (name: string) =>
    node.call('PATCH', `/api/v1/filings/${id}`, { token: own.token, headers, body: { data: { name } } });
  t.match((await write('First')).json, { version: 2 });
  t.match((await write('Second')).json, { status: 412, code: 'VERSION_MISMATCH' });
});

t.test(
  'of twenty who submit at once one does, and of filings accepted at once each has a number of its own',
  async (t) => {
    const { id } = await draft('application', FILINGS.application);
    const answers = await Promise.all(Array.from({ length: 20 }, () => apply(id, 'submit')));
    t.equal(answers.filter(({ status }) => status === 200).length, 1);
    t.equal(answers.filter(({ json }) => json.code === 'TRANSITION_REFUSED').length, 19);
    const ids = await Promise.all(Array.from({ length: 8 }, () => accepted('application')));
    const numbers = await Promise.all(
      ids.map(async (one) => (await node.call('GET', `/api/v1/filings/${one}`)).json.number),
    );
    t.equal(new Set(numbers).size, 8);
    t.ok(numbers.every(isFilingNumber));
  },
);

t.test('a list has those to be decided first, page by page, and of an organisation its own alone', async (t) => {
  const late = (await draft('node', FILINGS.node)).id;
  await apply(late, 'submit');
  await database.query(`update filings set due = '2020-01-02' where id = $1`, [late]);
  const page = async (query: string, token = reviewer) =>
    (await node.call('GET', `/api/v1/filings?${query}`, { token })).json;
  const first = await page('limit=1');
  t.match(first.filings, [{ id: late, late: true, due: '2020-01-02' }]);
  const all: { id: string; organisation: string; due: string | null }[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const { filings, next: after } = await page(`limit=7${next === '' ? '' : `&after=${next}`}`);
    all.push(...filings);
    next = after;
  }
  const [count] = await database.query<{ n: number }>('select count(*) as n from filings');
  t.equal(all.length, count?.n);
  t.equal(new Set(all.map(({ id }) => id)).size, all.length);
  const dues = all.map(({ due }) => due ?? 'later');
  t.strictSame(dues, [...dues].sort());
  const ours = await page('', other.token);
  t.ok(ours.filings.length > 0);
  for (const filing of ours.filings) t.equal(filing.organisation, other.id);
  t.match((await page(`organisation=${own.id}&kind=node&state=submitted`)).filings, [{ id: late }]);
  for (const query of ['state=lost', 'kind=house', 'limit=0', 'limit=201', 'after=x', 'after=WyIyMDI2LTEzLTQ1IiwieCJd'])
    t.match(await page(query), { status: 400, code: 'BAD_REQUEST', at: query.split('=')[0] }, query);
});

t.test('holidays move deadlines', async (t) => {
  const today = dayOf(new Date());
  const year = Number(today.slice(0, 4));
  const { id } = await draft('application', FILINGS.application);
  const plain = (await apply(id, 'submit')).json.due as string;
  const put = (path: string | number, body: object, token = reviewer) =>
    node.call('PUT', `/api/v1/holidays/${path}`, { token, body });
  const days = { holidays: [plain], workdays: [] };
  const of = Number(plain.slice(0, 4));
  t.strictSame((await put(of, days)).json, days);
  t.strictSame((await node.call('GET', `/api/v1/holidays/${of}`, { token: null })).json, days);
  const second = (await draft('application', FILINGS.application)).id;
  t.ok((await apply(second, 'submit')).json.due > plain);
  t.match((await put(year + 1, { holidays: [`${year}-01-01`], workdays: [] })).json, {
    status: 400,
    at: 'holidays[0]',
  });
  t.match((await put('99', days)).json, { status: 400, at: 'year' });
  t.match((await put(of, days, own.token)).json, { status: 403 });
  t.strictSame((await put(of, { holidays: [], workdays: [] })).json, { holidays: [], workdays: [] });
});

t.test('a filing that nobody has confirmed for a year is overdue, whichever process looks', async (t) => {
  const id = await accepted('application');
  await database.query(`update filings set confirmed_until = '2020-01-01' where id = $1`, [id]);
  await startTestNode(t, { KAPOK_PREFIX: '88.102', DATABASE_URL: url });
  const read = async () => (await node.call('GET', `/api/v1/filings/${id}`, { token: own.token })).json;
  await until(async () => (await read()).state === 'overdue');
  t.strictSame((await read()).possible, ['confirm', 'cancel']);
  const [lapsed] = await database.query('select actor, action from audit_entries where id = $1 order by seq desc', [
    id,
  ]);
  t.match(lapsed, { actor: 'system', action: 'filing.lapse' });
  t.match((await apply(id, 'confirm')).json, { state: 'accepted', data: FILINGS.application });
});

t.test('a node that governs nothing takes no filings', async (t) => {
  const settings = { KAPOK_PREFIX: '88.102.5', KAPOK_ROLE: 'enterprise', DATABASE_URL: await databases.create() };
  const enterprise = await startTestNode(t, settings);
  const body = { organisation: own.id, kind: 'node' };
  t.match((await enterprise.call('POST', '/api/v1/filings', { body })).json, { code: 'NOT_RESPONSIBLE' });
});
