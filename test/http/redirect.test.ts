import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.103', DATABASE_URL: await databases.create() });
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function register(suffix: string, ...data: [type: string, value: unknown][]): Promise<string> {
  const path = `88.103/${encodeURIComponent(suffix)}`;
  const body = data.map(([type, value], i) => ({ index: i + 1, type, data: value }));
  const { status, text } = await node.call('PUT', `/api/handles/${path}`, { body });
  if (status !== 201) throw new Error(text);
  return `/${path}`;
}

t.test('goes to the URL of the record, the first that a browser can go to', async (t) => {
  const path = await register(
    'A',
    ['DESC', 'http://not-a-url-value/'],
    ['url', '/relative'],
    ['URL', 'https://a.example/b?c#d'],
  );
  const { status, headers } = await node.get(path, HTML);
  t.equal(status, 302);
  t.equal(headers.location, 'https://a.example/b?c#d');
  t.ok(Date.parse(String(headers.expires)) > Date.now() + 86_000_000);
  t.equal((await node.get(path.replace('A', 'a'))).headers.location, 'https://a.example/b?c#d', 'in any case');
});

t.test('a URL in Chinese becomes the bytes that a header can hold', async (t) => {
  const path = await register('中文', ['URL', 'http://example.invalid/工业?a=标 识']);
  const { status, headers } = await node.get(path);
  t.equal(status, 302);
  t.equal(headers.location, 'http://example.invalid/%E5%B7%A5%E4%B8%9A?a=%E6%A0%87%20%E8%AF%86');
});

t.test('never sends a browser to a script', async (t) => {
  const targets = [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'http://',
    'http://a\r\nset-cookie: b=c',
  ];
  for (const [i, target] of targets.entries()) {
    const path = await register(`script${i}`, ['URL', target]);
    const { status, headers, text } = await node.get(path, HTML);
    if (status === 302) {
      // A line break in a URL is no part of it: what is left is a plain address.
      t.match(headers.location, /^http:\/\/[^\s]*$/, JSON.stringify(target));
      t.equal(headers['set-cookie'], undefined);
    } else {
      t.match({ status, location: headers.location }, { status: 200, location: undefined }, JSON.stringify(target));
      t.notMatch(text, /<script|href="(?:javascript|data)/i);
    }
  }
});

t.test('a record without a URL is a page for people and JSON for programs', async (t) => {
  const path = await register('R', ['DESC', '一号电机'], ['X_BIN', { format: 'hex', value: '00ff' }]);
  const page = await node.get(path, { ...HTML, 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' });
  t.match(page, { status: 200, headers: { 'content-type': 'text/html;charset=utf-8' } });
  t.match(page.text, /<html lang="zh-CN">[\s\S]*<h1>88\.103\/R<\/h1>[\s\S]*<td>DESC<\/td><td>一号电机<\/td>/);
  const json = await node.get(path);
  t.match(json, { status: 200, json: { responseCode: 1, handle: '88.103/R', values: [{ index: 1 }, { index: 2 }] } });
});

t.test('private values are not on the page', async (t) => {
  const body = [{ index: 1, type: 'EMAIL', data: 'hidden@a', permissions: '1100' }];
  await node.call('PUT', '/api/handles/88.103/HIDDEN', { body });
  t.notMatch((await node.get('/88.103/HIDDEN', HTML)).text, 'hidden@a');
});

t.test('pages speak Chinese or English, as the browser prefers', async (t) => {
  for (const [language, chinese] of [
    ['zh-CN,zh;q=0.9,en;q=0.8', true],
    ['zh', true],
    ['ZH-Hant-TW', true],
    ['fr;q=1, zh;q=0.5, en;q=0.4', true],
    ['en-GB,en;q=0.9,zh;q=0.8', false],
    ['en;q=0.3, zh;q=0.2', false],
    ['zh;q=0', false],
    ['de', false],
    ['', false],
    [';;,=,q', false],
  ] as const) {
    const { status, headers, text } = await node.get('/88.103/NONE', { ...HTML, 'accept-language': language });
    t.equal(status, 404);
    t.match(headers.vary, /Accept-Language/);
    t.match(
      text,
      chinese ? /<html lang="zh-CN">[\s\S]*标识未找到/ : /<html lang="en">[\s\S]*Identifier not found/,
      language,
    );
  }
});

t.test('each failure has its page and its status', async (t) => {
  await register('GONE', ['DESC', 'x']);
  await node.call('DELETE', '/api/handles/88.103/GONE?successor=88.103/R');
  await node.call('PUT', '/api/v1/prefixes/88.103.1', { body: { status: 'suspended' } });
  await node.call('PUT', '/api/v1/prefixes/88.103.2', { body: { status: 'revoked' } });
  for (const [path, status, code] of [
    ['/88.103/NONE', 404, 'NOT_FOUND'],
    ['/nothing', 404, 'NOT_FOUND'],
    ['/88.103/', 404, 'NOT_FOUND'],
    ['/88..103/x', 400, 'INVALID_IDENTIFIER'],
    ['/88.103/a%00b', 400, 'INVALID_IDENTIFIER'],
    ['/88.103/GONE', 410, 'TOMBSTONE'],
    ['/88.103.1/x', 403, 'PREFIX_SUSPENDED'],
    ['/88.103.2/x', 410, 'PREFIX_REVOKED'],
    ['/99/x', 400, 'NOT_RESPONSIBLE'],
  ] as const) {
    for (const language of ['zh', 'en']) {
      const page = await node.get(path, { ...HTML, 'accept-language': language });
      t.match(page, { status, headers: { 'content-type': 'text/html;charset=utf-8' } }, path);
      t.match(page.text, `(${code})`, path);
    }
    t.match(await node.get(path), { status, json: { code } }, path);
  }
  t.match((await node.get('/88.103/GONE')).json, { message: /its successor is 88\.103\/R/ });
});

t.test('hostile identifiers and values are shown, not run', async (t) => {
  const hostile = `"><script>alert('1')</script>&amp;`;
  const missing = await node.get(`/88.103/${encodeURIComponent(hostile)}`, HTML);
  t.equal(missing.status, 404);
  const malformed = await node.get(`/${encodeURIComponent(hostile)}`, HTML);
  t.equal(malformed.status, 400);
  const bad = await node.get(`/.${encodeURIComponent(`${hostile}/x`)}`, HTML);
  t.equal(bad.status, 400);
  const found = await node.get(await register(hostile, [hostile, hostile]), HTML);
  t.equal(found.status, 200);
  for (const { text } of [missing, malformed, bad, found]) {
    t.notMatch(text, /<script/);
    t.match(text, '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;');
  }
});

t.test('the home page asks for an identifier and goes to it', async (t) => {
  t.match((await node.get('/', { 'accept-language': 'zh' })).text, '标识解析节点 88.103');
  for (const [asked, location] of [
    ['88.103/A', '/88.103/A'],
    [' 88.103/中 文 ', '/88.103/%E4%B8%AD%20%E6%96%87'],
    ['88.103/a?b#c', '/88.103/a%3Fb%23c'],
    ['//evil.example', '/%2F/evil.example'],
    ['/evil.example', '/%2Fevil.example'],
    ['\\\\evil.example', '/%5C%5Cevil.example'],
    ['https://evil.example/', '/https:/%2Fevil.example/'],
  ] as const) {
    const { status, headers } = await node.get(`/?identifier=${encodeURIComponent(asked)}`);
    t.equal(status, 302, asked);
    t.equal(new URL(String(headers.location), node.url).origin, node.url, `stays here: ${headers.location}`);
    if (!asked.startsWith('https')) t.equal(headers.location, location);
  }
  t.equal((await node.get('/?identifier=')).status, 200);
  t.equal((await node.get('/?identifier=a&identifier=b')).status, 200);
});

t.test('a page of another origin is named beside the language in Vary', async (t) => {
  const { headers } = await node.get('/88.103/A', { origin: 'http://x.example' });
  t.strictSame(String(headers.vary).split(', ').sort(), ['Accept', 'Accept-Language', 'Origin']);
});

t.test('a delegated prefix is redirected to the node that answers for it', async (t) => {
  await node.call('PUT', '/api/v1/prefixes/88.103.5', { body: { url: 'http://plant.example:7300' } });
  const { status, headers } = await node.get('/88.103.5/a%20b/c');
  t.equal(status, 302);
  t.equal(headers.location, 'http://plant.example:7300/88.103.5/a%20b/c');
});

t.test('HEAD of a redirection is a redirection', async (t) => {
  const { status, headers, text } = await node.call('HEAD', '/88.103/A');
  t.match({ status, text }, { status: 302, text: '' });
  t.equal(headers.location, 'https://a.example/b?c#d');
});
