import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: url });
const state = openState(t, url);
const URL_VALUE = [{ index: 1, type: 'URL', data: 'http://a.example/' }];

const prefixAt = (prefix: string) => `/api/v1/prefixes/${prefix}`;
const put = (prefix: string, body: unknown) => node.call('PUT', prefixAt(prefix), { body });
const patch = (prefix: string, body: unknown) => node.call('PATCH', prefixAt(prefix), { body });

async function tokenFor(scope: string): Promise<string> {
  return (await node.call('POST', '/api/v1/tokens', { body: { scope, role: 'operator', label: scope } })).json.token;
}

t.test('a prefix is created, read, replaced and changed', async (t) => {
  const created = await put('88.101.1', { label: '一号工厂' });
  t.match(created, {
    status: 201,
    json: {
      prefix: '88.101.1',
      status: 'active',
      site: null,
      ttl: 3600,
      suffixCase: 'insensitive',
      label: '一号工厂',
      version: 1,
      updatedAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    },
  });
  t.strictSame((await node.call('GET', prefixAt('88.101.1'))).json, created.json);
  t.match(await put('88.101.1', { url: 'http://plant.example:7300', ttl: 60 }), {
    status: 200,
    json: { version: 2, label: '', ttl: 60, site: { servers: [{ address: 'plant.example' }] } },
  });
  t.match(await patch('88.101.1', { label: 'plant' }), { status: 200, json: { version: 3, label: 'plant', ttl: 60 } });
  t.match(await patch('88.101.1', { site: null }), { status: 200, json: { version: 4, site: null, label: 'plant' } });
});

t.test('a prefix is one whatever the case of its letters and the escapes of its path', async (t) => {
  t.match(await put('88.101.abc', {}), { status: 201, json: { prefix: '88.101.ABC' } });
  t.match(await put('88.101%2EAbc', {}), { status: 200, json: { prefix: '88.101.ABC', version: 2 } });
  t.match(await put('88.101.%E5%B9%BF%E5%B7%9E', {}), { status: 201, json: { prefix: '88.101.广州' } });
});

t.test('a delegation is a referral, and the record of the prefix its site', async (t) => {
  const site = { servers: [{ address: '192.0.2.9', interfaces: [{ protocol: 'TCP', port: 2641 }] }] };
  t.match(await put('88.101.9', { site }), { status: 201 });
  const referral = await node.get('/api/handles/88.101.9/X');
  t.match(referral, { status: 300, json: { responseCode: 303, handle: '88.101.9/X', values: [{ type: 'HS_SITE' }] } });
  t.match(referral.json.values[0].data.value.servers[0], { address: '192.0.2.9', interfaces: [{ port: 2641 }] });
  const record = await node.get('/api/handles/0.NA/88.101.9');
  t.match(record, { status: 200, json: { responseCode: 1, handle: '0.NA/88.101.9' } });
  t.strictSame(record.json.values[0].data, referral.json.values[0].data);
  const write = await node.call('PUT', '/api/handles/88.101.9/X', { body: URL_VALUE });
  t.match(write, { status: 400, json: { responseCode: 301, handle: '88.101.9/X', message: /is delegated/ } });
});

t.test('suspending, resuming and revoking show at once, also in what memory holds', async (t) => {
  await put('88.101.2', {});
  await put('88.101.2.7', {});
  await node.call('PUT', '/api/handles/88.101.2/A', { body: URL_VALUE });
  await node.call('PUT', '/api/handles/88.101.2.7/A', { body: URL_VALUE });
  const paths = ['/api/handles/88.101.2/A', '/api/handles/88.101.2.7/A'];
  for (const path of paths) for (let i = 0; i < 3; i++) t.equal((await node.get(path)).status, 200, 'in memory');

  t.match(await patch('88.101.2', { status: 'suspended' }), { status: 200, json: { status: 'suspended' } });
  for (const path of paths) {
    const { status, json } = await node.get(path);
    t.match(
      { status, json },
      { status: 403, json: { responseCode: 10001, code: 'PREFIX_SUSPENDED', prefix: '88.101.2' } },
    );
  }
  const batch = await node.call('POST', '/api/resolve', { body: { identifiers: ['88.101.2.7/A'] }, token: null });
  t.match(batch.json.answers[0], { responseCode: 10001, code: 'PREFIX_SUSPENDED' });
  t.match(await node.call('PUT', paths[1] ?? '', { body: URL_VALUE }), {
    status: 403,
    json: { code: 'PREFIX_SUSPENDED', handle: '88.101.2.7/A' },
  });

  await patch('88.101.2', { status: 'active' });
  for (const path of paths) t.equal((await node.get(path)).status, 200, 'resumed');

  await patch('88.101.2', { status: 'revoked' });
  for (const path of paths) {
    const { status, json } = await node.get(path);
    t.match(
      { status, json },
      { status: 410, json: { responseCode: 10002, code: 'PREFIX_REVOKED', prefix: '88.101.2' } },
    );
  }
});

t.test('revoked is final, however it is asked for', async (t) => {
  await put('88.101.14', { label: 'before' });
  await patch('88.101.14', { status: 'revoked' });
  const before = await state.read();
  const refusal = {
    status: 409,
    json: { code: 'PREFIX_STATE', at: 'status', subject: '88.101.14', detail: /is revoked, and that is final/ },
  };
  t.match(await patch('88.101.14', { status: 'active' }), refusal);
  t.match(await patch('88.101.14', { status: 'suspended', label: 'x' }), refusal);
  t.match(await put('88.101.14', {}), refusal);
  const list = { prefixes: [{ prefix: '88.101.15' }, { prefix: '88.101.14' }] };
  t.match(await node.call('POST', '/api/v1/prefixes', { body: list }), refusal, 'in a list, too');
  t.strictSame(await state.read(), before);
  t.match(await patch('88.101.14', { label: 'after' }), { status: 200, json: { status: 'revoked', label: 'after' } });
  t.match(await put('88.101.14', { status: 'revoked' }), { status: 200 });
});

t.test('a token for a prefix cannot govern that prefix, only those below it', async (t) => {
  await put('88.101.3', {});
  const token = await tokenFor('88.101.3');
  const before = await state.read();
  for (const method of ['PUT', 'PATCH']) {
    const body = { status: 'active' };
    const { status, json } = await node.call(method, prefixAt('88.101.3'), { token, body });
    t.match({ status, json }, { status: 403, json: { code: 'FORBIDDEN', detail: /governs the prefix above/ } }, method);
    t.equal((await node.call(method, prefixAt('88.101.1'), { token, body })).status, 403);
  }
  const list = { prefixes: [{ prefix: '88.101.3.1' }, { prefix: '88.101.1.1' }] };
  t.equal((await node.call('POST', '/api/v1/prefixes', { token, body: list })).status, 403);
  t.strictSame(await state.read(), before);
  t.equal((await node.call('PUT', prefixAt('88.101.3.1'), { token, body: {} })).status, 201);
  t.equal((await node.call('GET', prefixAt('88.101.3'), { token })).status, 200);
});

t.test('many prefixes are created at once, all or none', async (t) => {
  const prefixes = Array.from({ length: 250 }, (_, i) => ({ prefix: `88.101.5.${i}`, label: `line ${i}` }));
  const answer = await node.call('POST', '/api/v1/prefixes', { body: { prefixes } });
  t.match(answer, { status: 200, json: { created: 250, replaced: 0 } });
  const again = await node.call('POST', '/api/v1/prefixes', { body: { prefixes: prefixes.slice(200) } });
  t.match(again.json, { created: 0, replaced: 50 });
  const before = await state.read();
  const wrong = [...prefixes.slice(0, 3), { prefix: '99.1' }];
  t.match(await node.call('POST', '/api/v1/prefixes', { body: { prefixes: wrong } }), {
    status: 400,
    json: { responseCode: 301, subject: '99.1' },
  });
  const twice = [{ prefix: '88.101.6' }, { prefix: '88.101.6' }];
  t.match(await node.call('POST', '/api/v1/prefixes', { body: { prefixes: twice } }), {
    status: 400,
    json: { detail: 'A prefix is listed twice' },
  });
  t.strictSame(await state.read(), before);
});

t.test('prefixes are listed in pages, each once and in order', async (t) => {
  const names: string[] = [];
  let path = '/api/v1/prefixes?limit=60';
  for (let pages = 0; pages < 20; pages++) {
    const { json } = await node.call('GET', path);
    names.push(...json.prefixes.map((item: { prefix: string }) => item.prefix));
    if (json.next === null) break;
    t.equal(json.prefixes.length, 60);
    path = `/api/v1/prefixes?limit=60&after=${encodeURIComponent(json.next)}`;
  }
  t.equal(names.length, (await state.read()).prefixes);
  t.strictSame(
    names,
    [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
});

t.test('how case is compared is settled before the first identifier', async (t) => {
  t.match(await put('88.101.10', { suffixCase: 'sensitive' }), { status: 201, json: { suffixCase: 'sensitive' } });
  for (const name of ['Abc', 'ABC']) {
    t.equal((await node.call('PUT', `/api/handles/88.101.10/${name}`, { body: URL_VALUE })).status, 201, name);
  }
  t.equal((await node.get('/api/handles/88.101.10/abc')).status, 404);
  t.equal((await node.get('/api/handles/88.101.10/Abc')).status, 200);

  await put('88.101.11', { suffixCase: 'insensitive' });
  t.equal((await node.call('PUT', '/api/handles/88.101.11/Abc', { body: URL_VALUE })).status, 201);
  t.equal((await node.call('PUT', '/api/handles/88.101.11/aBC', { body: URL_VALUE })).status, 200);
  t.match((await node.get('/api/handles/88.101.11/abc')).json, { responseCode: 1, handle: '88.101.11/abc' });
  // Only ASCII letters are folded.
  await node.call('PUT', '/api/handles/88.101.11/%C3%A4', { body: URL_VALUE });
  t.equal((await node.get('/api/handles/88.101.11/%C3%84')).status, 404);

  const before = await state.read();
  for (const [prefix, suffixCase] of [
    ['88.101.10', 'insensitive'],
    ['88.101.11', 'sensitive'],
  ] as const) {
    t.match(await put(prefix, { suffixCase }), {
      status: 409,
      json: { responseCode: 5, code: 'PREFIX_IN_USE', subject: prefix, detail: /holds identifiers/ },
    });
  }
  t.strictSame(await state.read(), before);
  t.equal((await put('88.101.10', { suffixCase: 'sensitive', label: 'the rest may change' })).status, 200);
  await put('88.101.12', { suffixCase: 'sensitive' });
  t.equal((await put('88.101.12', { suffixCase: 'insensitive' })).status, 200, 'without identifiers it may change');
});

t.test('changes that are made at the same time are all kept', async (t) => {
  await put('88.101.13', { label: 'before', ttl: 1 });
  const changes = [{ status: 'suspended' }, { label: 'after' }, { ttl: 77 }, { url: 'http://new.example' }];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => patch('88.101.13', changes[i % changes.length])),
  );
  t.ok(answers.every(({ status }) => status === 200));
  t.match((await node.call('GET', prefixAt('88.101.13'))).json, {
    status: 'suspended',
    label: 'after',
    ttl: 77,
    site: { servers: [{ address: 'new.example' }] },
    version: 21,
  });
});

t.test('bad settings are refused, the message names the field, and nothing is changed', async (t) => {
  const before = await state.read();
  const server = { address: 'a.example', interfaces: [{ protocol: 'HTTP', port: 80 }] };
  const key = { format: 'key', value: { kty: 'RSA', n: 'AQ', e: 'AQ', d: 'AQ' } };
  const cases: [unknown, RegExp][] = [
    [{ url: 'plant' }, /^url must be http:\/\/ or https:\/\//],
    [{ url: 'ftp://plant' }, /^url must be/],
    [{ url: 'http://plant/path' }, /^url must be .* no path/],
    [{ url: 'http://user:pw@plant' }, /^url must be/],
    [{ url: 'http://under_score' }, /^url\.servers\[0\]\.address must be an IP address or a host name/],
    [{ url: 7 }, /^url must be string/],
    [{ url: `http://${'a'.repeat(512)}` }, /^url must NOT have more than 512 characters/],
    [{ url: 'http://a', site: { servers: [server] } }, /^url and site exclude each other/],
    [{ site: 'http://a' }, /^site must be an object/],
    [{ site: {} }, /^site\.servers must name a server/],
    [{ site: { servers: [{ ...server, interfaces: [] }] } }, /^site\.servers\[0\]\.interfaces must name an interface/],
    [{ site: { servers: [{ ...server, address: '999.1.1.1' }] } }, /^site\.servers\[0\]\.address must be an IP/],
    [
      { site: { servers: [{ ...server, publicKey: key }] } },
      /^site\.servers\[0\]\.publicKey\.value\.d is a private part/,
    ],
    [{ site: { servers: [server], attributes: [{ name: 'x', value: 'x'.repeat(300_000) }] } }, /^site take \d+ bytes/],
    [{ status: 'asleep' }, /^status must be one of active, suspended, revoked$/],
    [{ suffixCase: 'both' }, /^suffixCase must be one of insensitive, sensitive$/],
    [{ ttl: -1 }, /^ttl must be >= 0/],
    [{ ttl: '60' }, /^ttl must be integer/],
    [{ ttl: 2_147_483_648 }, /^ttl must be <= 2147483647/],
    [{ label: 'x'.repeat(256) }, /^label must NOT have more than 255 characters/],
    [{ label: 'a\u0000' }, /^label contains the control character U\+0000 at 1/],
    [{ colour: 'red' }, /^body must NOT have additional properties "colour"/],
    [[], /^body must be object/],
    ['{"label":', /^The body is not JSON/],
  ];
  for (const [body, message] of cases) {
    const { status, json } = await put('88.101.1', body);
    t.match({ status, detail: json.detail }, { status: 400, detail: message }, String(message));
  }
  t.match(await patch('88.101.1', {}), {
    status: 400,
    json: { detail: /body must NOT have fewer than 1 properties/ },
  });
  t.match(await patch('88.101.1', { suffixCase: 'sensitive' }), { status: 400, json: { detail: /"suffixCase"/ } });
  t.match(
    await node.call('POST', '/api/v1/prefixes', { body: { prefixes: [{ prefix: '88.101.1' }, { prefix: 5 }] } }),
    {
      status: 400,
      json: { detail: 'prefixes[1].prefix must be string', at: 'prefixes[1].prefix' },
    },
  );
  t.strictSame(await state.read(), before);
});

t.test('bad names and places are refused, and nothing is changed', async (t) => {
  const before = await state.read();
  for (const [prefix, code] of [
    ['88..1', 'INVALID_PREFIX'],
    ['88.101.1%2Fa', 'INVALID_PREFIX'],
    ['88.101.%00', 'INVALID_PREFIX'],
    [`88.101.${'x'.repeat(64)}`, 'INVALID_PREFIX'],
    ['99', 'NOT_RESPONSIBLE'],
    ['88', 'NOT_RESPONSIBLE'],
    ['88.1011', 'NOT_RESPONSIBLE'],
    ['0.NA', 'NOT_RESPONSIBLE'],
  ] as const) {
    for (const answer of [await put(prefix, {}), await patch(prefix, { label: 'x' })]) {
      t.match(answer, { status: 400, json: { code } }, prefix.slice(0, 20));
    }
  }
  t.match(await patch('88.101.404', { label: 'x' }), { status: 404, json: { code: 'PREFIX_NOT_FOUND' } });
  t.match(await node.call('GET', prefixAt('88.101.404')), { status: 404, json: { code: 'PREFIX_NOT_FOUND' } });
  for (const query of ['limit=0', 'limit=1001', 'limit=ten', 'limit=1&limit=2', 'after=88..1', 'after=1&after=2']) {
    t.match(await node.call('GET', `/api/v1/prefixes?${query}`), { status: 400 }, query);
  }
  t.equal((await node.get('/api/v1/prefixes')).status, 401);
  t.strictSame(await state.read(), before);
});

t.test('a node that does not delegate sends nobody elsewhere', async (t) => {
  const settings = { KAPOK_ROLE: 'enterprise', KAPOK_PREFIX: '88.101.77', DATABASE_URL: await databases.create() };
  const plant = await startTestNode(t, settings);
  const body = { url: 'http://elsewhere.example' };
  t.match(await plant.call('PUT', prefixAt('88.101.77.1'), { body }), { status: 400, json: { detail: /delegate/ } });
  t.equal((await plant.call('PUT', prefixAt('88.101.77.1'), { body: {} })).status, 201);
  t.match(await plant.call('PATCH', prefixAt('88.101.77.1'), { body }), { status: 400, json: { detail: /delegate/ } });
});
