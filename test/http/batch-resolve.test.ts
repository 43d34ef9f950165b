import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.104', DATABASE_URL: url });
const state = openState(t, url);

const resolve = (body: unknown) => node.call('POST', '/api/resolve', { body, token: null });
const rows = Array.from({ length: 1000 }, (_, i) => {
  return { identifier: `88.104/${i}`, values: [{ index: 1, type: 'URL', data: `http://a/${i}` }] };
});
const ndjson = rows.map((row) => JSON.stringify(row)).join('\n');
await importFile(node, ndjson);

t.test('answers 1,000 identifiers, each in its place', async (t) => {
  const identifiers = rows.map((row) => row.identifier);
  for (const round of ['from the database', 'from memory']) {
    const { status, headers, json } = await resolve({ identifiers });
    t.equal(status, 200, round);
    t.equal(headers['content-type'], 'application/json;charset=utf-8');
    t.strictSame(
      json.answers.map((answer: { handle: string }) => answer.handle),
      identifiers,
    );
    t.ok(json.answers.every((answer: { responseCode: number }) => answer.responseCode === 1));
    t.equal(json.answers[999].values[0].data.value, 'http://a/999');
  }
});

t.test('gives the same identifier the same answer as often as it is asked for', async (t) => {
  const { json } = await resolve({ identifiers: Array(1000).fill('88.104/7') });
  t.equal(json.answers.length, 1000);
  t.equal(new Set(json.answers.map((answer: object) => JSON.stringify(answer))).size, 1);
});

t.test('gives each identifier its own outcome; one that fails does not fail the others', async (t) => {
  const value = { index: 1, type: 'EMAIL', data: 'hidden@a', permissions: '1100' };
  await node.call('PUT', '/api/handles/88.104/hidden', { body: [value] });
  await node.call('PUT', '/api/handles/88.104/gone', { body: [] });
  await node.call('DELETE', '/api/handles/88.104/gone?successor=88.104/1');
  await node.call('PUT', '/api/v1/prefixes/88.104.1', { body: { url: 'http://plant.example' } });
  await node.call('PUT', '/api/v1/prefixes/88.104.2', { body: { status: 'suspended' } });
  await node.call('PUT', '/api/v1/prefixes/88.104.3', { body: { status: 'revoked' } });
  const cases: [string, object][] = [
    ['88.104/1', { responseCode: 1, code: 'FOUND', version: 1, node: '88.104', values: [{ index: 1 }] }],
    ['88.104/NONE', { responseCode: 100, code: 'NOT_FOUND', reason: 'suffix-not-registered', prefix: '88.104' }],
    ['88.104.9/x', { responseCode: 100, code: 'NOT_FOUND', reason: 'prefix-not-allotted', prefix: '88.104.9' }],
    ['88.104/hidden', { responseCode: 200, code: 'FOUND', values: [] }],
    ['88.104/gone', { responseCode: 10003, code: 'TOMBSTONE', successor: '88.104/1' }],
    ['88.104.1/x', { responseCode: 303, code: 'REFERRAL', prefix: '88.104.1', values: [{ type: 'HS_SITE' }] }],
    ['88.104.2/x', { responseCode: 10001, code: 'PREFIX_SUSPENDED', prefix: '88.104.2' }],
    ['88.104.3/x', { responseCode: 10002, code: 'PREFIX_REVOKED', prefix: '88.104.3' }],
    ['99/x', { responseCode: 301, code: 'NOT_RESPONSIBLE' }],
    ['noslash', { responseCode: 102, code: 'INVALID_IDENTIFIER' }],
    ['', { responseCode: 102, code: 'INVALID_IDENTIFIER' }],
    ['88.104/a\u0000', { responseCode: 102, code: 'INVALID_IDENTIFIER', message: /U\+0000/ }],
    ['88.104/\ud800', { responseCode: 102, code: 'INVALID_IDENTIFIER', message: /half a character/ }],
    [`88.104/${'x'.repeat(2048)}`, { responseCode: 102, message: /over 2048 bytes/ }],
    ['0.NA/88.104', { responseCode: 1, values: [{ type: 'HS_SITE' }] }],
  ];
  const { status, json } = await resolve({ identifiers: cases.map(([identifier]) => identifier) });
  t.equal(status, 200);
  for (const [i, [identifier, expected]] of cases.entries()) {
    t.match(json.answers[i], { handle: identifier, ...expected }, JSON.stringify(identifier.slice(0, 30)));
    t.type(json.answers[i].code, 'string');
  }
  t.notMatch(JSON.stringify(json), 'hidden@a');
});

t.test('adds the trace of each when it is asked to explain', async (t) => {
  const { json } = await resolve({ identifiers: ['88.104/1', '88.104/NONE'], explain: true, auth: true });
  t.match(json.answers[0].trace, [{ node: '88.104', prefix: '88.104', outcome: 'found', source: 'store' }]);
  t.match(json.answers[1].trace, [{ node: '88.104', outcome: 'absent' }]);
  t.equal((await resolve({ identifiers: ['88.104/1'] })).json.answers[0].trace, undefined);
});

t.test('refuses what it cannot read, and names the place', async (t) => {
  const before = await state.read();
  const cases: [unknown, RegExp][] = [
    [{ identifiers: Array(1001).fill('88.104/1') }, /^identifiers must NOT have more than 1000 items/],
    [{ identifiers: [] }, /^identifiers must NOT have fewer than 1 items/],
    [{}, /^body must have required property 'identifiers'/],
    [{ identifiers: '88.104/1' }, /^identifiers must be array/],
    [{ identifiers: ['88.104/1', 7] }, /^identifiers\[1\] must be string/],
    [{ identifiers: ['88.104/1'], colour: 'red' }, /^body must NOT have additional properties "colour"/],
    [{ identifiers: ['88.104/1'], auth: 'true' }, /^auth must be boolean/],
    [{ identifiers: ['88.104/1'], recursive: 1 }, /^recursive must be boolean/],
    [['88.104/1'], /^body must be object/],
    ['{"identifiers": [', /^The body is not JSON/],
    ['', /^The body is empty/],
    ['{"__proto__": {}, "identifiers": ["88.104/1"]}', /^The body is not JSON/],
  ];
  for (const [body, message] of cases) {
    const { status, json } = await resolve(body);
    t.match(
      { status, json },
      { status: 400, json: { responseCode: 4, code: 'BAD_REQUEST', message } },
      String(message),
    );
  }
  t.match(await node.get('/api/resolve'), { status: 501, json: { code: 'UNKNOWN_METHOD' } });
  const form = { body: 'identifiers=88.104/1', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const { status, json } = await node.call('POST', '/api/resolve', form);
  t.match(
    { status, json },
    { status: 415, json: { code: 'UNSUPPORTED_MEDIA_TYPE', message: /x-www-form-urlencoded/ } },
  );
  t.strictSame(await state.read(), before);
});

t.test(
  'a text that is the escaped path of another identifier is taken as it stands, in a batch and alone',
  async (t) => {
    await node.call('PUT', '/api/handles/88.104/a%2Fb', { body: [{ index: 1, type: 'URL', data: 'http://a' }] });
    await node.call('PUT', '/api/handles/88.104/q', { body: [{ index: 1, type: 'URL', data: 'http://q' }] });
    for (const _ of [1, 2]) {
      t.equal((await node.get('/api/handles/88.104/a%2Fb')).json.handle, '88.104/a/b');
      const { json } = await resolve({ identifiers: ['88.104/a%2Fb', '88.104/a/b', '88.104/q?type=NONE', '88.104/q'] });
      t.strictSame(
        json.answers.map(({ code, handle }: { code: string; handle: string }) => [code, handle]),
        [
          ['NOT_FOUND', '88.104/a%2Fb'],
          ['FOUND', '88.104/a/b'],
          ['NOT_FOUND', '88.104/q?type=NONE'],
          ['FOUND', '88.104/q'],
        ],
      );
      t.match((await node.get('/api/handles/88.104/q?type=NONE')).json, { values: [] });
    }
  },
);
