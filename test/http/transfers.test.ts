import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { createToken } from '../../src/access/tokens.ts';
import { Database } from '../../src/database/database.ts';
import { verifiedOrganisation } from '../governance/verified.ts';
import { until } from '../resolve/until.ts';
import type { Answer, CallOptions } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

/** Who makes the tokens of the tests. */
const BY = { id: 'test', subject: null };

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
  const { token } = await createToken(database, { subject: `org:${id}`, label: name, by: BY });
  return { id, token };
}

const plant = await holderNamed('示例工厂');
const buyer = await holderNamed('示例买方');
const stranger = await holderNamed('示例旁人');

async function allotted(prefix: string, { id, token }: Holder): Promise<void> {
  await node.call('POST', '/api/v1/allotments', { token, body: { organisation: id, prefix } });
  for (const action of ['review', 'allot'])
    await node.call('POST', `/api/v1/allotments/${prefix}/decision`, { body: { action } });
}
await allotted('88.102.1', plant);
await allotted('88.102.2', plant);
await allotted('88.102.3', buyer);

const offer = (token: string, body: object): Promise<Answer> => node.call('POST', '/api/v1/transfers', { token, body });
const act = (id: string, action: string, options: CallOptions): Promise<Answer> =>
  node.call('POST', `/api/v1/transfers/${id}/${action}`, {
    body: action === 'accept' || action === 'take-back' ? {} : undefined,
    ...options,
  });
const make = (identifier: string, token: string, data: string): Promise<Answer> =>
  node.call('PUT', `/api/handles/${identifier}`, { token, body: [{ index: 1, type: 'NAME', data }] });
const put = (identifier: string, token: string, data: string): Promise<Answer> =>
  node.call('PUT', `/api/handles/${identifier}?index=1`, { token, body: [{ index: 1, type: 'NAME', data }] });

/** Somebody who has a key in a record of the buyer's, and logs in with it. */
const KEY = '300:88.102.3/ADMIN';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
async function login(): Promise<string> {
  const value = { index: 300, type: 'HS_PUBKEY', data: { format: 'key', value: publicKey.export({ format: 'jwk' }) } };
  await node.call('PUT', '/api/handles/88.102.3/ADMIN', { token: buyer.token, body: [value] });
  const { token } = await createToken(database, { subject: KEY, label: 'after a login with the key', by: BY });
  t.ok(privateKey);
  return token;
}

t.test('a prefix goes to another organisation, and comes back as it was', async (t) => {
  await make('88.102.1/A', plant.token, 'from the plant');
  const line = await node.call('POST', '/api/v1/tokens', {
    body: { role: 'registrant', scope: '88.102.1', label: 'line' },
  });
  t.equal((await offer(stranger.token, { prefix: '88.102.1', organisation: buyer.id })).status, 403);
  const offered = await offer(plant.token, { prefix: '88.102.1', organisation: buyer.id });
  t.match(offered, {
    status: 201,
    json: {
      prefix: '88.102.1',
      identifier: null,
      giver: plant.id,
      receiver: buyer.id,
      state: 'offered',
      possible: ['withdraw'],
    },
  });
  const { id } = offered.json;
  t.match(await offer(plant.token, { prefix: '88.102.1', organisation: stranger.id }), {
    status: 409,
    json: { code: 'TRANSFER_UNDER_WAY' },
  });
  t.equal((await act(id, 'accept', { token: plant.token })).status, 403, 'the giver cannot accept');
  t.equal((await act(id, 'accept', { token: stranger.token })).status, 403);
  t.equal((await put('88.102.1/A', plant.token, 'still the plant’s')).status, 200);
  t.match(await act(id, 'accept', { token: buyer.token }), { status: 200, json: { state: 'accepted', until: /^2/ } });
  t.equal((await put('88.102.1/A', buyer.token, 'from the buyer')).status, 200);
  t.equal((await put('88.102.1/A', plant.token, 'no more')).status, 403);
  t.equal((await put('88.102.1/A', line.json.token, 'no more')).status, 401, 'nor by a token that was made for it');
  t.match((await node.call('GET', '/api/v1/allotments/88.102.1', { token: buyer.token })).json, {
    organisation: buyer.id,
  });
  t.match(await act(id, 'decline', { token: buyer.token }), {
    status: 409,
    json: { code: 'TRANSITION_REFUSED', state: 'accepted', possible: [] },
  });
  t.equal((await act(id, 'take-back', { token: plant.token, body: { reason: 'mine' } })).status, 403);
  t.match(await act(id, 'take-back', {}), { status: 400, json: { at: 'reason' } });
  t.match(await act(id, 'take-back', { body: { reason: 'A mistake' } }), {
    status: 200,
    json: { state: 'taken_back', remarks: 'A mistake' },
  });
  t.equal((await put('88.102.1/A', plant.token, 'again')).status, 200);
  t.equal((await put('88.102.1/A', line.json.token, 'again')).status, 200, 'what ended has begun again');
  t.equal((await put('88.102.1/A', buyer.token, 'no more')).status, 403);
});

t.test('an identifier keeps its name: the receiver’s key writes it, its prefix no longer does', async (t) => {
  const name = '88.102.2/PART-1';
  const keyed = await login();
  const body = [
    { index: 1, type: 'NAME', data: 'valve' },
    { index: 2, type: 'COST', data: 'Geheimpreis', permissions: '1100' },
  ];
  await node.call('PUT', `/api/handles/${name}`, { token: plant.token, body });
  t.equal((await put(name, keyed, 'not yet')).status, 403);
  const offered = await offer(plant.token, { identifier: name, key: KEY });
  t.match(offered, { status: 201, json: { identifier: name, giver: plant.id, receiver: null, key: KEY } });
  const { id } = offered.json;
  t.equal((await act(id, 'accept', { token: stranger.token })).status, 403);
  t.match(await act(id, 'accept', { token: keyed }), { status: 200, json: { state: 'accepted', possible: [] } });
  const { values } = (await node.get(`/api/handles/${name}`)).json;
  t.match(values.at(-1), { index: 100, type: 'HS_ADMIN', data: { value: { handle: '88.102.3/ADMIN', index: 300 } } });

  t.equal((await put(name, keyed, 'the buyer’s valve')).status, 200);
  t.equal((await put(name, plant.token, 'no more')).status, 403);
  t.equal((await node.call('DELETE', `/api/handles/${name}`, { token: plant.token })).status, 403);
  t.equal((await make('88.102.2/OTHER', plant.token, 'its own')).status, 201);
  t.equal((await put('88.102.2/OTHER', keyed, 'no')).status, 403);
  const lines = `identifier,NAME\n${name},by import\n`;
  const imported = await node.call('POST', '/api/v1/imports?overwrite=true', {
    ...{ token: plant.token, body: lines, headers: { 'content-type': 'text/csv' } },
  });
  const results = await node.call('GET', `${imported.headers.location}/results?follow=true`, { token: plant.token });
  t.match(results.text, /"code":"FORBIDDEN"/, 'nor by an import');

  const read = (path: string, token: string) => node.call('GET', path, { token });
  for (const path of [
    `/api/handles/${name}`,
    `/api/v1/identifiers?prefix=88.102.2&values`,
    '/api/v1/export?prefix=88.102.2',
  ]) {
    const answer = await read(path, plant.token);
    t.notOk(answer.text.includes('Geheimpreis'), `${path}: what is private is not the giver’s any more`);
    t.ok(answer.text.includes('valve'), path);
  }
  t.equal((await read(`/api/v1/history/${name}`, plant.token)).status, 403);
  t.match(await read(`/api/v1/identifiers?prefix=88.102.2&value=Geheimpreis&count`, plant.token), {
    json: { total: 0 },
  });
  await until(async () => (await node.call('GET', '/api/v1/search?q=valve')).json.count === 1);
  t.match((await read('/api/v1/search?q=Geheimpreis', plant.token)).json, { count: 0 });
  t.ok((await read(`/api/handles/${name}`, keyed)).text.includes('Geheimpreis'));

  t.match(await act(id, 'take-back', { body: { reason: 'Sold twice' } }), {
    status: 200,
    json: { state: 'taken_back' },
  });
  t.equal((await put(name, plant.token, 'the plant’s again')).status, 200);
  t.equal((await put(name, keyed, 'no more')).status, 403);
  t.notOk((await node.get(`/api/handles/${name}`)).text.includes('HS_ADMIN'));
});

t.test(
  'an organisation receives an identifier by a key that it names; withdrawn meanwhile, it comes back whole',
  async (t) => {
    const name = '88.102.2/PART-2';
    await make(name, plant.token, 'pump');
    const { id } = (await offer(plant.token, { identifier: name, organisation: buyer.id })).json;
    t.match(await act(id, 'accept', { token: buyer.token }), { status: 400, json: { at: 'key' } });
    t.match(await act(id, 'accept', { token: buyer.token, body: { key: KEY } }), { status: 200, json: { key: KEY } });
    const keyed = (await createToken(database, { subject: KEY, label: 'key', by: BY })).token;
    t.equal((await node.call('DELETE', `/api/handles/${name}`, { token: keyed })).status, 200);
    await act(id, 'take-back', { body: { reason: 'Withdrawn too soon' } });
    t.match((await node.get(`/api/handles/${name}`)).json, {
      responseCode: 1,
      values: [{ type: 'NAME', data: { value: 'pump' } }],
    });
  },
);

t.test('administrators that change after the offer void it', async (t) => {
  const name = '88.102.2/PART-3';
  await make(name, plant.token, 'gauge');
  const { id } = (await offer(plant.token, { identifier: name, key: KEY })).json;
  const admin = { format: 'admin', value: { handle: '88.102.2/X', index: 1, permissions: '111111111111' } };
  await node.call('PUT', `/api/handles/${name}?index=100`, {
    ...{ token: plant.token, body: [{ index: 100, type: 'HS_ADMIN', data: admin }] },
  });
  const keyed = (await createToken(database, { subject: KEY, label: 'key', by: BY })).token;
  const before = await state.read();
  t.match(await act(id, 'accept', { token: keyed }), { status: 412, json: { code: 'VERSION_MISMATCH' } });
  t.strictSame(await state.read(), before, 'nothing is changed');
  t.match(await act(id, 'withdraw', { token: plant.token }), { status: 200, json: { state: 'withdrawn' } });
});

t.test('what cannot be offered is refused with its reason, and nothing is changed', async (t) => {
  const draft = (await node.call('POST', '/api/v1/organisations', { token: null, body: { name: '未核验单位' } })).json;
  await make('88.102.2/PART-4', plant.token, 'x');
  await node.call('POST', '/api/v1/allotments/88.102.2/decision', { body: { action: 'suspend', reason: 'x' } });
  const suspended = await offer(plant.token, { prefix: '88.102.2', organisation: buyer.id });
  t.match(suspended, { status: 409, json: { code: 'TRANSITION_REFUSED', state: 'suspended' } });
  t.equal((await offer(plant.token, { identifier: '88.102.2/PART-4', key: KEY })).status, 403);
  await node.call('POST', '/api/v1/allotments/88.102.2/decision', { body: { action: 'resume' } });
  const before = await state.read();
  const to = { organisation: buyer.id };
  const part = { identifier: '88.102.2/PART-4' };
  const cases: [token: string, body: object, status: number, code: string, reason: RegExp][] = [
    [plant.token, {}, 400, 'BAD_REQUEST', /Either a prefix or an identifier/],
    [plant.token, { prefix: '88.102.2', ...part, ...to }, 400, 'BAD_REQUEST', /Either/],
    [plant.token, { prefix: '88.102.2' }, 400, 'BAD_REQUEST', /organisation must be the id/],
    [
      plant.token,
      { prefix: '88.102.2', organisation: 'x'.repeat(36) },
      400,
      'BAD_REQUEST',
      /organisation must be the id/,
    ],
    [plant.token, { prefix: '88.102.2', ...to, key: KEY }, 400, 'BAD_REQUEST', /key is of identifiers/],
    [plant.token, { prefix: '88.102.2', organisation: plant.id }, 400, 'BAD_REQUEST', /holds the prefix already/],
    [plant.token, { prefix: '88.102.2', organisation: draft.organisation.id }, 409, 'ORGANISATION_NOT_VERIFIED', /./],
    [plant.token, { prefix: '88.102.3', ...to }, 403, 'FORBIDDEN', /./],
    [plant.token, part, 400, 'BAD_REQUEST', /who receives it/],
    [plant.token, { ...part, key: 'ADMIN' }, 400, 'BAD_REQUEST', /INDEX:PREFIX\/name/],
    [plant.token, { ...part, key: 'oidc:https://a.example#b' }, 400, 'BAD_REQUEST', /INDEX:PREFIX\/name/],
    [plant.token, { identifier: '88.102.2/none', key: KEY }, 404, 'NOT_FOUND', /./],
    [stranger.token, { ...part, key: KEY }, 403, 'FORBIDDEN', /./],
    [stranger.token, { identifier: '88.102.2/none', key: KEY }, 403, 'FORBIDDEN', /./],
  ];
  for (const [token, body, status, code, detail] of cases)
    t.match(await offer(token, body), { status, json: { code, detail } }, JSON.stringify(body));
  const nothing = '00000000-0000-4000-8000-000000000000';
  t.match(await act(nothing, 'accept', {}), { status: 404, json: { code: 'TRANSFER_NOT_FOUND' } });
  t.equal((await act(nothing, 'accept', { token: plant.token })).status, 403, 'a stranger is not even told that');
  t.strictSame(await state.read(), before);
});

t.test('lists: one’s own alone; all for who may take back', async (t) => {
  const list = async (token?: string) =>
    (await node.call('GET', '/api/v1/transfers', token === undefined ? {} : { token })).json.transfers as {
      id: string;
    }[];
  t.strictSame(await list(stranger.token), []);
  const all = await list();
  t.ok(all.length >= 4);
  t.ok((await list(buyer.token)).length < all.length);
  const [first] = all;
  t.equal((await node.call('GET', `/api/v1/transfers/${first?.id}`, { token: plant.token })).status, 200);
  t.equal((await node.call('GET', `/api/v1/transfers/${first?.id}`, { token: stranger.token })).status, 403);
});
