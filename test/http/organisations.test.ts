import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import {
  documentNumber,
  draftOrganisation,
  ORGANISATION,
  PICTURE,
  type TestOrganisation,
  verifiedOrganisation,
} from '../support/organisation.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: url });
const state = openState(t, url);
const path = '/api/v1/organisations';
const create = (body: object, token: string | null = null) => node.call('POST', path, { body, token });
const act = ({ id, token }: TestOrganisation, action: string, body: object = {}) =>
  node.call('POST', `${path}/${id}/${action}`, { body, token });
const decide = ({ id }: TestOrganisation, action: string, reason?: string) =>
  node.call('POST', `${path}/${id}/${action}`, { body: reason === undefined ? {} : { reason } });
const read = async ({ id, token }: TestOrganisation) => (await node.call('GET', `${path}/${id}`, { token })).json;
const edit = ({ id, token }: TestOrganisation, body: object, headers = {}) =>
  node.call('PATCH', `${path}/${id}`, { body, token, headers });
const attach = ({ id, token }: TestOrganisation, query: string, body: Buffer, type = 'image/png') =>
  node.call('POST', `${path}/${id}/attachments?${query}`, { body, token, headers: { 'content-type': type } });
const tokenOf = async (role: string, scope = '') =>
  (await node.call('POST', '/api/v1/tokens', { body: { role, scope, label: role } })).json.token;

t.test('anybody drafts an organisation, and is given a token that speaks for it', async (t) => {
  const { status, json, headers } = await create(ORGANISATION);
  t.match({ status, json }, { status: 201, json: { organisation: { state: 'draft', version: 1 }, token: /^kapok_/ } });
  t.match(headers, { 'cache-control': 'no-store', location: `${path}/${json.organisation.id}` });
  t.match(json.organisation, { complete: false, missing: ['attachments.document'], pending: null });
  t.match(json.organisation.data, {
    ...{ name: ORGANISATION.name, document: { type: 'uscc', number: '**************0Y43' } },
    ...{ contact: { phone: '*******8000' }, legalPerson: { document: { number: '**************002X' } } },
  });
});

t.test('a draft may lack all but the name, and says what it lacks', async (t) => {
  const { json } = await create({ name: '某单位' });
  const missing = ['nature', 'document', 'legalPerson', 'contact', 'address', 'region', 'industry'];
  t.strictSame(json.organisation.missing, [...missing, 'attachments.document']);
  const draft = { id: json.organisation.id, token: json.token };
  const refused = await act(draft, 'submit');
  t.match(refused, {
    status: 409,
    json: { code: 'ORGANISATION_INCOMPLETE', at: 'nature', detail: /nature, document, / },
  });
  t.match(await create({ name: '某单位' }, await tokenOf('operator')), { status: 201, json: { token: /^kapok_/ } });
});

t.test('what is no good is refused with the name of the field, and is not repeated', async (t) => {
  const { document, contact, legalPerson } = ORGANISATION;
  const card = { type: 'resident-card', number: '110105194912310020' };
  for (const [body, at, reason] of [
    [{ document: { ...document, number: '91350100M000100Y44' } }, 'document.number', /wrong check character/],
    [{ legalPerson: { ...legalPerson, document: card } }, 'legalPerson.document.number', /wrong check character/],
    [{ document: { type: 'other', number: '****1234' } }, 'document.number', /letters/],
    [{ contact: { ...contact, phone: '*******8000' } }, 'contact.phone', /telephone number/],
    [{ contact: { ...contact, email: 'nobody' } }, 'contact.email', /e-mail/],
    [{ region: '999999' }, 'region', /no province/],
    [{ industry: 'A/65' }, 'industry', /category A/],
    [{ website: 'javascript:alert(1)' }, 'website', /http/],
    [{ founded: '2026-02-30' }, 'founded', /date/],
    [{ name: 'a\u0000b' }, 'name', /control character/],
  ] as const) {
    const { status, json, text } = await create({ ...ORGANISATION, ...body });
    t.match({ status, json }, { status: 400, json: { code: 'BAD_REQUEST', at, detail: reason } }, at);
    t.notMatch(text, /91350100M000100Y44|110105194912310020|\*\*\*/);
  }
  t.match(await create({ ...ORGANISATION, king: true }), { status: 400 });
  t.match(await create({ nature: 'private' }), { status: 400, json: { detail: /name/ } });
});

t.test('it is submitted, refused with a reason, mended, submitted again and verified', async (t) => {
  const own = await draftOrganisation(node, 1);
  t.match(await act(own, 'submit'), { status: 200, json: { state: 'submitted', possible: ['withdraw'] } });
  const late = await edit(own, { address: '别处' });
  t.match(late, { status: 409, json: { code: 'TRANSITION_REFUSED', state: 'submitted', possible: ['withdraw'] } });
  t.match(await decide(own, 'refuse'), { status: 400, json: { at: 'reason' } });
  t.match(await decide(own, 'refuse', '地址不全'), { status: 200, json: { state: 'refused', remarks: '地址不全' } });
  t.match(await read(own), { state: 'refused', remarks: '地址不全', possible: ['edit', 'submit', 'withdraw'] });
  t.equal((await edit(own, { address: '示例路 2 号', website: 'https://example.invalid' })).status, 200);
  t.match(await edit(own, { website: null }), { json: { data: { address: '示例路 2 号' } } });
  t.notOk('website' in (await read(own)).data);
  t.equal((await act(own, 'submit')).status, 200);
  t.match((await decide(own, 'verify')).json, { state: 'verified', verifiedAt: String, remarks: null });
});

t.test('one organisation a document: from the submission on, until it is refused', async (t) => {
  const [first, second] = [await draftOrganisation(node, 2), await draftOrganisation(node, 2)];
  t.equal((await act(first, 'submit')).status, 200);
  const taken = await act(second, 'submit');
  t.match(taken, { status: 409, json: { code: 'DOCUMENT_TAKEN', at: 'document.number' } });
  t.notMatch(taken.text, documentNumber(2));
  t.equal((await decide(first, 'refuse', 'it is another')).status, 200);
  t.equal((await act(second, 'submit')).status, 200);
  t.match(await act(first, 'submit'), { status: 409, json: { code: 'DOCUMENT_TAKEN' } });
});

t.test('a change of what is verified is checked, and the old stays in force meanwhile', async (t) => {
  const own = await verifiedOrganisation(node, 3);
  t.match((await edit(own, { name: '新名', contact: { ...ORGANISATION.contact, phone: '13900139000' } })).json, {
    ...{
      state: 'changing',
      data: { name: ORGANISATION.name },
      pending: { name: '新名', contact: { phone: '*******9000' } },
    },
  });
  t.match(await attach(own, 'kind=document', Buffer.concat([PICTURE, Buffer.of(0)])), { json: { pending: true } });
  t.equal((await act(own, 'submit')).status, 200);
  t.match((await decide(own, 'refuse', 'no')).json, { state: 'changing', remarks: 'no', pending: { name: '新名' } });
  t.equal((await act(own, 'submit')).status, 200);
  t.match((await decide(own, 'verify')).json, { state: 'verified', pending: null, data: { name: '新名' } });
  const { attachments } = (await node.call('GET', `${path}/${own.id}/attachments`, { token: own.token })).json;
  t.match(attachments, [{ kind: 'document', pending: false, size: PICTURE.length + 1 }]);
  await edit(own, { name: '又一名' });
  t.match((await act(own, 'discard')).json, { state: 'verified', pending: null, data: { name: '新名' } });
});

t.test('who reviews sees whole numbers, and that is recorded; strangers learn nothing', async (t) => {
  const own = await draftOrganisation(node, 4);
  const reviewer = await tokenOf('reviewer');
  const { json, headers } = await node.call('GET', `${path}/${own.id}`, { token: reviewer });
  t.match(json.data, { document: { number: documentNumber(4) }, contact: { phone: ORGANISATION.contact.phone } });
  t.match(headers, { 'cache-control': 'no-store', etag: `"${json.version}"` });
  const [recorded] = await state.query(
    `select count(*)::int as n from audit_entries where action = 'organisation.read' and id = $1`,
    [own.id],
  );
  t.equal(recorded?.n, 1, 'one reading by a reviewer, none by itself');
  const other = await draftOrganisation(node, 5);
  for (const token of [other.token, await tokenOf('auditor'), await tokenOf('reviewer', '88.101.1')]) {
    const told = async (id: string) => {
      const { status, json } = await node.call('GET', `${path}/${id}`, { token });
      return { status, json };
    };
    t.match(await told(own.id), { status: 403 });
    t.strictSame(await told(own.id), await told('00000000-0000-4000-8000-000000000000'));
    t.strictSame(await told(own.id), await told('nothing'));
  }
  t.match(await node.call('GET', `${path}/00000000-0000-4000-8000-000000000000`), { status: 404 });
});

t.test('a write that names a version does nothing to another one', async (t) => {
  const own = await draftOrganisation(node, 6);
  const { version } = await read(own);
  t.match(await edit(own, { address: 'a' }, { 'if-match': `"${version}"` }), { status: 200 });
  const late = await edit(own, { address: 'b' }, { 'if-match': `"${version}"` });
  t.match(late, { status: 412, json: { code: 'VERSION_MISMATCH' } });
  t.equal((await read(own)).data.address, 'a');
});

t.test('attachments are read by the organisation and who reviews, as they were sent', async (t) => {
  const own = await draftOrganisation(node, 7);
  const { json } = await attach(own, `kind=legal-person-front&name=${encodeURIComponent('证件.png')}`, PICTURE);
  t.match(json, { kind: 'legal-person-front', type: 'image/png', size: PICTURE.length, pending: false });
  const at = `${path}/${own.id}/attachments/${json.id}`;
  for (const token of [own.token, await tokenOf('reviewer')]) {
    const { status, headers, text } = await node.call('GET', at, { token });
    t.match(
      { status, headers },
      { status: 200, headers: { 'content-type': 'image/png', 'cache-control': /no-store/ } },
    );
    t.equal(text, PICTURE.toString());
  }
  const other = await draftOrganisation(node, 8);
  t.equal((await node.call('GET', at, { token: other.token })).status, 403);
  const theirs = `${path}/${other.id}/attachments/${json.id}`;
  t.match(await node.call('GET', theirs, { token: other.token }), {
    status: 404,
    json: { code: 'ATTACHMENT_NOT_FOUND' },
  });
  const lie = await attach(own, 'kind=document&name=a.jpg', PICTURE);
  t.match(lie, { status: 415, json: { at: 'name' } });
  t.match(await attach(own, 'kind=portrait', PICTURE), { status: 400, json: { at: 'kind' } });
  t.match(await node.call('DELETE', at, { token: own.token }), { status: 200, json: { removed: true } });
  t.equal((await node.call('GET', at, { token: own.token })).status, 404);
  t.equal((await act(own, 'submit')).status, 200);
  const [held] = (await node.call('GET', `${path}/${own.id}/attachments`, { token: own.token })).json.attachments;
  t.equal((await attach(own, 'kind=document', PICTURE)).status, 409, 'nothing changes while it is checked');
  t.equal((await node.call('DELETE', `${path}/${own.id}/attachments/${held.id}`, { token: own.token })).status, 409);
  t.equal((await decide(own, 'verify')).status, 200);
  const inForce = await node.call('DELETE', `${path}/${own.id}/attachments/${held.id}`, { token: own.token });
  t.match(inForce, { status: 400, json: { at: 'attachment' } });
  t.match(await read(own), { state: 'verified' }, 'a refusal drafts no change');
});

t.test('what is granted to an organisation, its token and its members have', async (t) => {
  const own = await verifiedOrganisation(node, 9);
  const key = '300:88.101/member';
  const added = await node.call('POST', `${path}/${own.id}/members`, { body: { subject: key }, token: own.token });
  t.match(added, { status: 201, json: { subject: '300:88.101/MEMBER' } });
  t.equal((await node.call('POST', `${path}/${own.id}/members`, { body: { subject: key } })).status, 200);
  for (const subject of [`org:${own.id}`, `node:${'a'.repeat(43)}`])
    t.match(await node.call('POST', `${path}/${own.id}/members`, { body: { subject } }), { json: { at: 'subject' } });
  await node.call('PUT', '/api/v1/prefixes/88.101.9', { body: {} });
  const write = () =>
    node.call('PUT', '/api/handles/88.101.9/A', { body: [{ index: 1, type: 'N', data: 'n' }], token: own.token });
  t.equal((await write()).status, 403);
  const body = { subject: `org:${own.id}`, role: 'registrant', scope: '88.101.9' };
  const grant = await node.call('POST', '/api/v1/grants', { body });
  t.equal(grant.status, 201);
  t.equal((await write()).status, 201);
  const inUse = await act(own, 'withdraw');
  t.match(inUse, { status: 409, json: { code: 'ORGANISATION_IN_USE', subject: '88.101.9' } });
  await node.call('DELETE', `/api/v1/grants/${grant.json.id}`);
  t.match((await act(own, 'withdraw')).json, {
    state: 'withdrawn',
    data: { document: { type: 'uscc' } },
    possible: [],
  });
  const gone = await node.call('DELETE', `${path}/${own.id}/members?subject=${encodeURIComponent(key)}`);
  t.match(gone, { status: 200, json: { removed: true } });
  const draft = await draftOrganisation(node, 10);
  const early = await node.call('POST', `${path}/${draft.id}/members`, { body: { subject: key }, token: draft.token });
  t.match(early, { status: 409, json: { code: 'ORGANISATION_NOT_VERIFIED' } });
});

t.test('of a draft that is withdrawn nothing private is kept', async (t) => {
  const own = await draftOrganisation(node, 11);
  t.match((await act(own, 'withdraw')).json, { state: 'withdrawn', data: { name: ORGANISATION.name } });
  t.notOk('contact' in (await read(own)).data);
  const text = `select (select count(*)::int from organisation_attachments where organisation = $1) as attachments,
    (select count(*)::int from organisation_documents where organisation = $1) as documents, sealed from organisations where id = $1`;
  t.strictSame(await state.query(text, [own.id]), [{ attachments: 0, documents: 0, sealed: null }]);
});

t.test('who reviews lists all by pages, an organisation lists itself, and nobody else anything', async (t) => {
  const seen: string[] = [];
  let after = '';
  do {
    const { json } = await node.call('GET', `${path}?limit=3${after}`);
    seen.push(...json.organisations.map(({ id }: { id: string }) => id));
    after = json.next === null ? '' : `&after=${json.next}`;
    t.ok(json.organisations.length <= 3);
  } while (after !== '');
  const [all] = await state.query('select count(*)::int as n from organisations');
  t.equal(new Set(seen).size, seen.length);
  t.equal(seen.length, all?.n);
  const own = await draftOrganisation(node, 12, { name: 'Alone 唯一' });
  const list = async (query: string, token?: string) =>
    (await node.call('GET', `${path}${query}`, token === undefined ? {} : { token })).json;
  t.strictSame(
    (await list('', own.token)).organisations.map(({ id }: { id: string }) => id),
    [own.id],
  );
  t.match(await list('?name=alone'), {
    organisations: [{ id: own.id, nature: 'private', region: '440106' }],
    next: null,
  });
  t.match((await list('?state=draft')).organisations[0], { state: 'draft' });
  t.notMatch(JSON.stringify(await list('?limit=200')), /13800138000|document"/);
  for (const query of ['?state=king', '?limit=201', '?after=x']) t.equal((await list(query)).status, 400, query);
  t.equal((await list('', await tokenOf('auditor'))).status, 403);
});
