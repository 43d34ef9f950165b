import { once } from 'node:events';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', DATABASE_URL: url });
const state = openState(t, url);
const value = { index: 1, type: 'URL', data: 'http://a/' };
const put = (path: string, body: unknown, headers = {}) => node.call('PUT', `/api/handles/${path}`, { body, headers });
await put('88.107/A', [value, { ...value, index: 2, type: 'EMAIL' }]);

/** Runs a test and finds the database as it was before. */
function unchanged(name: string, run: (t: Test) => Promise<void>): void {
  t.test(`${name}; nothing is changed`, async (t) => {
    const before = await state.read();
    await run(t);
    t.strictSame(await state.read(), before, 'rows, versions and the feed');
  });
}

unchanged('a bad value is refused with its place', async (t) => {
  const cases: [unknown, string, RegExp][] = [
    [[value, { ...value, index: 2 }, { ...value, index: 0 }], 'values[2].index', /must be a whole number from 1/],
    [[value, value], 'values[1].index', /is also the index of values\[0\]/],
    [[{ ...value, colour: 'red' }], 'values[0].colour', /is not a field here/],
    [{ values: [{ ...value, ttl: -1 }] }, 'values[0].ttl', /must be whole seconds/],
    [{ values: [], colour: 'red' }, 'body.colour', /is not a field here/],
    [{ handle: '88.107/B' }, 'values', /must be an array of values/],
    ['"text"', 'body', /must be an object/],
    ['null', 'body', /must be an object/],
    [Array.from({ length: 2049 }, (_, i) => ({ ...value, index: i + 1, data: '' })), 'values', /holds 2049 values/],
    [[{ ...value, data: 'x'.repeat(262_100) }], 'values', /a record holds at most 262144/],
    [[{ ...value, data: 'a\u0000b' }], 'values[0].data', /U\+0000/],
    [[{ ...value, data: '\ud800' }], 'values[0].data', /half a character/],
  ];
  for (const [body, at, message] of cases) {
    const { status, json } = await put('88.107/B', body);
    t.match({ status, json }, { status: 400, json: { responseCode: 202, code: 'INVALID_VALUE', at, message } }, at);
    t.ok(json.message.startsWith(at), json.message);
  }
});

unchanged('a body that is no JSON, or no UTF-8, is refused', async (t) => {
  const gbk = Buffer.concat([
    Buffer.from('[{"index":1,"type":"DESC","data":"'),
    Buffer.from([0xd6, 0xd0]),
    Buffer.from('"}]'),
  ]);
  for (const [body, message] of [
    ['[{"index":', /^The body is not JSON/],
    ['', /^The body is empty/],
    ['{"values":[],"__proto__":{}}', /^The body is not JSON/],
    ['['.repeat(100_000), /^The body is not JSON/],
  ] as const) {
    const { status, json } = await put('88.107/B', body);
    t.match({ status, json }, { status: 400, json: { responseCode: 4, message } }, String(message));
  }
  const answer = await raw(
    `PUT /api/handles/88.107/B HTTP/1.1\r\nhost: a\r\nauthorization: Bearer kapok_${'t'.repeat(43)}\r\n` +
      `content-type: application/json\r\ncontent-length: ${gbk.length}\r\nconnection: close\r\n\r\n`,
    gbk,
  );
  t.match(answer, /^HTTP\/1\.1 400 [\s\S]*"message":"The body is not UTF-8"/);
});

unchanged('a body of another kind is refused as Handle refuses it', async (t) => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'text/html',
    'application/octet-stream',
    'x',
  ]) {
    const { status, json } = await put('88.107/B', '[]', { 'content-type': type });
    t.match({ status, json }, { status: 400, json: { responseCode: 4, code: 'BAD_REQUEST' } }, type);
  }
});

unchanged('a body over 1 MiB is refused', async (t) => {
  const body = JSON.stringify([{ ...value, data: 'x'.repeat(1_048_576) }]);
  for (const [method, path] of [
    ['PUT', '/api/handles/88.107/B'],
    ['POST', '/api/resolve'],
    ['POST', '/api/v1/prefixes'],
    ['POST', '/api/v1/tokens'],
  ] as const) {
    const { status, json } = await node.call(method, path, { body });
    t.match({ status, json }, { status: 413, json: { responseCode: 4, code: 'BODY_TOO_LARGE' } }, path);
    t.match(json.detail ?? json.message, '1048576', path);
  }
});

unchanged('an identifier that cannot be registered is refused with the reason', async (t) => {
  for (const [path, message] of [
    [`88.107/${'x'.repeat(249)}`, /has 256 characters; at most 255 can be registered/],
    [`88.107/${'x'.repeat(2042)}`, /is over 2048 bytes/],
    ['88.107', /has no "\/"/],
    ['88.107/', /has an empty suffix/],
    ['/x', /has a prefix that is empty/],
    ['88..107/x', /has a prefix that has an empty label/],
    ['88.107/a%09b', /contains the control character U\+0009 at 8/],
    ['88.107/a%7Fb', /contains the control character U\+007F/],
    ['88.107/%C2%85', /contains the control character U\+0085/],
    ['88.107/%ED%A0%80', /percent-encod/],
    ['88.107/%E4%B8', /percent-encod/],
    ['88.107/%', /percent-encod/],
    ['88.107/%4', /percent-encod/],
    ['88.107/%zz', /percent-encod/],
  ] as const) {
    const { status, json } = await put(path, [value]);
    t.match({ status, json }, { status: 400, json: { responseCode: 102, message } }, path.slice(0, 30));
    if (/88\.107\/?$/.test(path)) continue;
    if (/at most 255/.test(String(message))) continue;
    t.match(await node.get(`/api/handles/${path}`), { status: 400, json: { responseCode: 102, message } });
  }
});

unchanged('a bad parameter is refused by its name', async (t) => {
  for (const query of [
    'index=0',
    'index=-1',
    'index=1.5',
    'index=2147483648',
    'index=',
    'index=1&index=x',
    'index=1e3',
  ]) {
    const message = /^index must be a whole number from 1 to 2147483647/;
    for (const method of ['GET', 'DELETE', 'PUT'] as const) {
      const answer = await node.call(
        method,
        `/api/handles/88.107/A?${query}`,
        method === 'PUT' ? { body: [value] } : {},
      );
      t.match(answer, { status: 400, json: { responseCode: 4, at: 'index', message } }, `${method} ${query}`);
    }
  }
  for (const name of ['auth', 'recursive', 'explain', 'publicOnly']) {
    const { status, json } = await node.get(`/api/handles/88.107/A?${name}=maybe`);
    t.match({ status, json }, { status: 400, json: { at: name, message: `${name} must be true or false` } });
    t.equal((await node.get(`/api/handles/88.107/A?${name}=true&${name}=false`)).status, 400);
  }
  t.match(await put('88.107/A?overwrite=perhaps', [value]), { status: 400, json: { at: 'overwrite' } });
  t.match(await put('88.107/?mintNewSuffix=perhaps', [value]), { status: 400, json: { at: 'mintNewSuffix' } });
  t.match(await put('88.107/A?index=1&index=9', [value]), { status: 400, json: { message: /^Mismatched indexes/ } });
  const many = `type=${Array(2049).fill('a').join('&type=')}`;
  t.match(await node.get(`/api/handles/88.107/A?${many}`), { status: 400, json: { message: /At most 2048/ } });
});

unchanged('a successor must be one identifier', async (t) => {
  for (const query of [
    'successor=',
    'successor=noslash',
    'successor=88.107/%00',
    'successor=88.107/B&successor=88.107/C',
  ]) {
    const { status } = await node.call('DELETE', `/api/handles/88.107/A?${query}`);
    t.equal(status, 400, query);
  }
});

unchanged('a callback must be a plain name: no script comes back', async (t) => {
  for (const callback of ['alert(1)//', '<script>', 'a b', '', 'a'.repeat(65), '1a', "a';b", 'a&callback=b']) {
    const path = `/api/handles/88.107/A?callback=${callback.includes('&') ? callback : encodeURIComponent(callback)}`;
    const { status, headers, json } = await node.get(path);
    t.match({ status, json }, { status: 400, json: { message: /^callback must be a name/ } }, callback);
    t.equal(headers['content-type'], 'application/json;charset=utf-8');
  }
  const good = await node.get('/api/handles/88.107/A?callback=app.$on_1&index=2&pretty');
  t.match(good.text, /^app\.\$on_1\(\{\n {2}"responseCode": 1,[\s\S]*\}\);$/);
  t.equal(good.headers['x-content-type-options'], 'nosniff');
  const failed = await node.get('/api/handles/88.107/NONE?callback=cb');
  t.match(failed, { status: 404, text: 'cb({"responseCode":100,"handle":"88.107/NONE"});' });
});

unchanged('requests that are no HTTP, or stop in the middle, cost the node nothing', async (t) => {
  const lines = [
    'GET /api/handles/88.107/\u0001 HTTP/1.1',
    'GET /api/handles/%zz HTTP/1.1',
    'GET http://[ HTTP/1.1',
    'hello',
    'GET //',
  ];
  for (const line of lines) {
    const answer = await raw(`${line}\r\nhost: a\r\nconnection: close\r\n\r\n`);
    t.match(answer, /^HTTP\/1\.1 (400|404) /, JSON.stringify(line));
  }
  const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
  socket.write(`PUT /api/handles/88.107/B HTTP/1.1\r\nhost: a\r\nauthorization: Bearer kapok_${'t'.repeat(43)}\r\n`);
  socket.write('content-type: application/json\r\ncontent-length: 100\r\n\r\n[{"index":1,"type":"URL",');
  await once(socket, 'connect');
  socket.destroy();
  t.equal((await node.get('/health/live')).status, 200);
});

t.test('bytes that are no HTTP request get an answer of the usual form', async (t) => {
  const cases: [string, number, string, RegExp][] = [
    ['GET /api/handles/88.107/a b HTTP/1.1', 400, 'BAD_REQUEST', /^This is no HTTP request: ./],
    ['nonsense', 400, 'BAD_REQUEST', /^This is no HTTP request: ./],
    [`GET /api/handles/88.107/${'a'.repeat(20_000)} HTTP/1.1`, 431, 'HEADERS_TOO_LARGE', /over 16 KiB/],
  ];
  for (const [line, status, code, message] of cases) {
    const [head = '', body = ''] = (await raw(`${line}\r\nhost: a\r\n\r\n`)).split('\r\n\r\n');
    t.match(
      head,
      new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\r\nConnection: close`),
      `${line.slice(0, 50)}: ${status}`,
    );
    t.match(JSON.parse(body), { status, responseCode: 4, code, detail: message });
  }
});

t.test('a body that is no HTTP ends its connection, and nothing is written into an answer under way', async (t) => {
  const head = 'HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n';
  t.equal(await raw(`POST /api/resolve ${head}\r\n2\r\n{}\r\nZZZ\r\n`), '');
  const token = `authorization: Bearer kapok_${'t'.repeat(43)}\r\n`;
  const row = '{"identifier":"88.107/chunk","values":[]}\n';
  const streamed = head.replace('json', 'x-ndjson') + token;
  const answer = await raw(`POST /api/v1/imports ${streamed}\r\n${row.length.toString(16)}\r\n${row}\r\nZZZ\r\n`);
  t.notMatch(answer, /HTTP\/1\.1 400/);
});

t.test('a request that a proxy passes on with its whole URL means the same', async (t) => {
  const path = '/api/handles/88.107/A?index=2';
  const answer = await raw(`GET http://a.example:80${path} HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n\r\n`);
  t.equal(answer.split('\r\n\r\n')[1], (await node.get(path)).text);
  const redirect = await raw('GET http://a.example/88.107/A HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n\r\n');
  t.match(redirect, /^HTTP\/1\.1 302 [\s\S]*\r\nlocation: http:\/\/a\/\r\n/);
});

/** What the node answers to these bytes, until it closes the connection. Our side stays open: Node drops the requests of one that has ended. */
async function raw(head: string, body: Buffer = Buffer.alloc(0)): Promise<string> {
  const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
  socket.write(Buffer.concat([Buffer.from(head), body]));
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}
