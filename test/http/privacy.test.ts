import { Writable } from 'node:stream';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import t from 'tap';
import { operations } from '../../proto/http/operations.ts';
import type { Role } from '../../proto/http/roles.ts';
import { readConfig } from '../../src/config/config.ts';
import { startNode } from '../../src/node.ts';
import { until } from '../resolve/until.ts';
import { type Answer, type CallOptions, callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN } from '../support/node.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { SAMPLES, type Sample } from './samples.ts';

const PREFIX = '88.101.1';
const IDENTIFIER = `${PREFIX}/sample`;
/** Has no record of its own: a pattern answers for it. */
const COMPUTED = `${PREFIX}/C07`;
/** Of a value that administrators alone read, of one that nobody reads, and of one that was public once. */
const SECRETS = ['Geheimnis一号配方', 'Niemals二号密码', 'Damals三号旧值'];

/** Calls of operations that anyone may make, as a stranger makes them to find the secrets. */
const PUBLIC: Record<string, () => Sample> = {
  resolveBatch: () => ({ path: '/api/resolve', body: { identifiers: [IDENTIFIER], explain: true } }),
  getHandle: () => ({ path: `/api/handles/${IDENTIFIER}?index=2&index=3&index=4&explain=true` }),
  getSite: () => ({ path: '/api/site' }),
  getIdentifier: () => ({ path: `/api/v1/identifiers/${IDENTIFIER}` }),
  listTemplates: () => ({ path: `/api/v1/templates?prefix=${PREFIX}` }),
  getFile: () => ({ path: `/api/v1/files/${PREFIX}/${'0'.repeat(64)}` }),
  getTemplate: () => ({ path: `/api/v1/templates/${PREFIX}/sample` }),
  getTemplateSchema: () => ({ path: `/api/v1/schemas/${PREFIX}/sample` }),
  searchCatalogue: () => ({ path: `/api/v1/search?q=88.101.1&facets` }),
  findReferrers: () => ({ path: `/api/v1/reverse?target=${IDENTIFIER}` }),
  findRecordedPrefix: () => ({ path: `/iiidap/identifier/${PREFIX}` }),
  findRecordedName: () => ({ path: '/iiidap/name/sample' }),
  searchRecordedNames: () => ({ path: '/iiidap/names?name=s*' }),
  getRecordHelp: () => ({ path: '/iiidap/help' }),
  getHolidays: () => ({ path: '/api/v1/holidays/2027' }),
  redirect: () => ({ path: `/${IDENTIFIER}`, headers: { accept: 'text/html' } }),
  getHome: () => ({ path: '/' }),
  getOpenApi: () => ({ path: '/openapi.json' }),
  getReference: () => ({ path: '/docs' }),
  getSession: () => ({ path: '/api/sessions/this' }),
  getLive: () => ({ path: '/health/live' }),
  getReady: () => ({ path: '/health/ready' }),
  getMetrics: () => ({ path: '/metrics' }),
};

const READING = /^(?:snms)?(get|list|query|export|resolve|search|find|redirect|read|follow|compare)/i;

t.test('a value without public read', { skip: redisMissing() }, async (t) => {
  const databases = await startDatabases(t);
  const redis = await startRedis(t);
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  const config = readConfig({
    ...{ KAPOK_PREFIX: '88.101', KAPOK_PORT: '0', KAPOK_RATE_LIMIT: '0', KAPOK_OPERATOR_TOKEN: OPERATOR_TOKEN },
    ...{ DATABASE_URL: await databases.create(), REDIS_URL: redis.url },
  });
  const running = await startNode(config, { log: pino({ level: 'trace' }, sink) });
  t.teardown(() => running.close());
  const node = {
    ...running,
    call: (method: string, path: string, options: CallOptions = {}) =>
      callUrl(method, `${running.url}${path}`, { token: OPERATOR_TOKEN, ...options }),
    get: (path: string, headers = {}) => callUrl('GET', `${running.url}${path}`, { headers }),
  };
  const values = (permissions: string) => [
    { index: 1, type: 'NAME', data: 'sample 样品' },
    { index: 2, type: 'RECIPE', data: SECRETS[0], permissions: '1100' },
    { index: 3, type: 'PASSWORD', data: SECRETS[1], permissions: '0100' },
    { index: 4, type: 'OLD', data: SECRETS[2], permissions },
  ];
  await node.call('PUT', `/api/v1/prefixes/${PREFIX}`, { body: {} });
  await node.call('PUT', `/api/handles/${IDENTIFIER}`, { body: values('1110') });
  await node.get(`/api/handles/${IDENTIFIER}`);
  await node.call('PUT', `/api/handles/${IDENTIFIER}`, { body: values('1100') });

  const computed = { prefix: PREFIX, pattern: 'C{counter:2}', values: values('1100') };
  t.equal((await node.call('POST', '/api/v1/computed', { body: computed })).status, 201);

  // The changes are a stream without end, of digests alone: test/http/changes.test.ts reads it.
  const reading = operations.filter(({ id }) => READING.test(id) && id !== 'followChanges');
  const callsOf = async ({ id }: (typeof operations)[number]) =>
    PUBLIC[id]?.() ?? (await (SAMPLES[id] as (typeof SAMPLES)[string])(PREFIX, node));
  const ask = async (token: string | null): Promise<[id: string, answer: Answer][]> => {
    const answers: [string, Answer][] = [];
    for (const operation of reading) {
      const { path, ...options } = await callsOf(operation);
      answers.push([operation.id, await node.call(operation.method, path, { ...options, token })]);
    }
    for (const path of [`/api/handles/${COMPUTED}?explain=true`, `/api/v1/identifiers/${COMPUTED}`])
      answers.push([path, await node.call('GET', path, { token })]);
    const body = { identifiers: [COMPUTED], explain: true };
    answers.push([COMPUTED, await node.call('POST', '/api/resolve', { body, token })]);
    return answers;
  };
  const tokenOf = async (role: Role, scope: string) =>
    (await node.call('POST', '/api/v1/tokens', { body: { role, scope, label: role } })).json.token as string;

  await t.test('is in no answer to somebody who is not entitled, by any operation that reads', async (t) => {
    const strangers: [string, string | null][] = [
      ['a guest', null],
      ['a registrant of another prefix', await tokenOf('registrant', '88.101.2')],
      ['an auditor of another prefix', await tokenOf('auditor', '88.101.11')],
      ['a reviewer of the prefix', await tokenOf('reviewer', PREFIX)],
    ];
    // First those who may see it: what they have read must not come to the others from a cache.
    const owner = await tokenOf('registrant', PREFIX);
    const own = await ask(owner);
    for (const read of ['getHandle', 'listComputed', `/api/v1/identifiers/${COMPUTED}`])
      t.match(own.find(([id]) => id === read)?.[1].text, SECRETS[0], `its owner reads it: ${read}`);
    for (const [who, token] of strangers) {
      for (const [id, { text }] of await ask(token)) {
        for (const secret of SECRETS) t.notOk(text.includes(secret), `${id} as ${who}`);
      }
    }
  });

  await t.test('finds nothing for who may not read it, in no search, count or query', async (t) => {
    const owner = await tokenOf('registrant', PREFIX);
    const words = encodeURIComponent('Geheimnis 一号 配方');
    const found = async (token: string | null) =>
      (await node.call('GET', `/api/v1/search?q=${words}&facets`, { token })).json;
    await until(async () => (await found(owner)).count === 1);
    for (const token of [null, await tokenOf('registrant', '88.101.2'), await tokenOf('reviewer', PREFIX)]) {
      t.match(await found(token), { hits: [], count: 0, facets: { industry: [], organisation: [], template: [] } });
    }
    const asked = `prefix=${PREFIX}&count&value=${encodeURIComponent(SECRETS[0] ?? '')}`;
    const query = (token: string) => node.call('GET', `/api/v1/identifiers?${asked}`, { token });
    t.match((await query(owner)).json, { total: 1 });
    t.equal((await query(await tokenOf('registrant', '88.101.2'))).status, 403);
    const nobody = encodeURIComponent('Niemals 二号 密码');
    t.match((await node.call('GET', `/api/v1/search?q=${nobody}`, { token: owner })).json, { count: 0 });
  });

  await t.test('that nobody may read is in no answer at all', async (t) => {
    for (const token of [OPERATOR_TOKEN, await tokenOf('auditor', PREFIX)]) {
      for (const [id, { text }] of await ask(token)) t.notOk(text.includes(SECRETS[1] ?? ''), id);
    }
  });

  // A call above that writes the record would leave nothing to look for.
  const kept = await node.call('GET', `/api/v1/identifiers/${IDENTIFIER}`);
  t.match(kept.json, { version: 2, values: [{}, { data: { value: SECRETS[0] } }, { data: { value: SECRETS[2] } }] });

  await t.test('is in no shared cache', async (t) => {
    const client = new Redis(redis.url);
    t.teardown(() => client.quit());
    const keys = await client.keys('*');
    t.ok(keys.length > 0, 'the record is cached');
    for (const key of keys) {
      const held = (await client.type(key)) === 'string' ? ((await client.get(key)) ?? '') : '';
      for (const secret of SECRETS) t.notOk(held.includes(secret) || key.includes(secret), key);
    }
  });

  await t.test('is in no line of the log', async (t) => {
    t.ok(lines.length > 0);
    const text = lines.join('');
    for (const secret of SECRETS) t.notOk(text.includes(secret));
  });
});
