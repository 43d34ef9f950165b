import t from 'tap';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { type Difference, replay } from './compare.ts';
import { readExchanges } from './exchange.ts';
import { RECORDS } from './records.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '20.500.12345', DATABASE_URL: await databases.create() });
for (const [identifier, body] of Object.entries(RECORDS)) {
  const { status, text } = await node.call('PUT', `/api/handles/${identifier}`, { body });
  if (status !== 201) throw new Error(text);
}

const noListing: Difference = {
  why: 'a node does not list identifiers over this interface',
  check: (t, { status, json }) => t.match({ status, json }, { status: 404, json: { responseCode: 4 } }),
};

const noCredential: Difference = {
  why: 'the answer asks for a bearer token: 401 and WWW-Authenticate where Handle says 403',
  check: (t, answer) => {
    t.equal(answer.status, 401);
    t.equal(answer.headers['www-authenticate'], 'Bearer realm="kapok"');
    t.match(answer.json, { responseCode: 402, handle: '20.500.12345/NEW1', code: 'UNAUTHENTICATED' });
  },
};

const SITE = {
  version: 1,
  protocolVersion: '2.11',
  serialNumber: 1,
  primarySite: true,
  multiPrimary: false,
  attributes: [{ name: 'desc', value: '20.500.12345' }],
  servers: [
    {
      serverId: 1,
      address: '127.0.0.1',
      interfaces: [{ query: true, admin: true, protocol: 'HTTP', port: Number(new URL(node.url).port) }],
    },
  ],
};

const DIFFERENCES: Record<string, Difference> = {
  '/api/handles/20.500.12345/H5@abc': {
    why: 'namespace templates are not applied: the identifier is not registered',
    check: (t, { status, text }) => {
      t.equal(status, 404);
      t.equal(text, '{"responseCode":100,"handle":"20.500.12345/H5@abc"}');
    },
  },
  '/api/handles/0.NA/20.500.12345': {
    why: 'the record of a prefix is made of its delegation: one HS_SITE, without administrators and templates',
    check: (t, { status, json }) => {
      t.equal(status, 200);
      const { timestamp, ttl, ...value } = json.values[0];
      t.equal(
        JSON.stringify(value),
        JSON.stringify({ index: 1, type: 'HS_SITE', data: { format: 'site', value: SITE } }),
      );
      t.match(
        { ...json, ttl, timestamp },
        { responseCode: 1, handle: '0.NA/20.500.12345', ttl: 3600, timestamp: /Z$/ },
      );
      t.strictSame(Object.keys(json), ['responseCode', 'handle', 'values']);
      t.strictSame(Object.keys(json.values[0]), ['index', 'type', 'data', 'ttl', 'timestamp']);
    },
  },
  '/api/site': {
    why: 'this node is reached over HTTP alone, and has no key yet',
    check: (t, { status, text }) => {
      t.equal(status, 200);
      t.equal(text, JSON.stringify({ responseCode: 1, site: SITE }));
    },
  },
  '-X HEAD -I /api/handles/20.500.12345/H5': {
    why: 'none but the tag of the version',
    check: (t, { status, headers, text }, exchange) => {
      t.equal(status, 200);
      t.equal(text, '');
      t.equal(headers['content-type'], exchange.headers['content-type']);
      t.equal(headers['content-length'], exchange.headers['content-length']);
      t.equal(headers.etag, '"1"');
    },
  },
  '-X OPTIONS /api/handles/20.500.12345/H5': {
    why: 'the methods are those that there are',
    check: (t, { status, headers, text }) => {
      t.equal(status, 200);
      t.equal(text, '');
      t.equal(headers['content-length'], '0');
      t.strictSame(String(headers.allow).split(', ').sort(), ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT']);
    },
  },
  '-H Origin: http://x.example /api/handles/20.500.12345/H5?type=URL': {
    why: 'more headers are shown to the page',
    check: (t, { status, headers, json }) => {
      t.equal(status, 200);
      t.equal(headers['access-control-allow-origin'], 'http://x.example');
      t.equal(headers.vary, 'Origin');
      t.match(headers['access-control-expose-headers'], /^Content-Length, /);
      t.match(json, { responseCode: 1, values: [{ index: 1 }] });
    },
  },
  '/api/handles?prefix=20.500.12345&page=0&pageSize=2': noListing,
  '/api/handles?prefix=0.NA/20.500.12345&page=0&pageSize=2': noListing,
  '/api/prefixes': noListing,
  '/20.500.12345/H5': {
    why: 'the page behind the redirection is left out',
    check: (t, { status, headers }) => {
      t.equal(status, 302);
      t.equal(headers.location, 'https://example.invalid/item/5');
      const life = Date.parse(String(headers.expires)) - Date.parse(String(headers.date));
      t.ok(Math.abs(life - 86_400_000) <= 2000, `expires with its values, in ${life} ms`);
    },
  },
  '/20.500.12345/NOPE': {
    why: 'a program, which does not ask for HTML, gets JSON',
    check: (t, { status, headers, json }) => {
      t.equal(status, 404);
      t.equal(headers['content-type'], 'application/json;charset=utf-8');
      t.match(json, { responseCode: 100, handle: '20.500.12345/NOPE', code: 'NOT_FOUND' });
    },
  },
  '/': {
    why: 'the page is our own',
    check: (t, { status, headers, text }) => {
      t.equal(status, 200);
      t.equal(headers['content-type'], 'text/html;charset=utf-8');
      t.match(text, '<form action="/" method="get">');
    },
  },
  '-X PUT -H Content-Type: application/json -d {"values":[{"index":1,"type":"URL","data":"http://x/"}]} /api/handles/20.500.12345/NEW1':
    noCredential,
  '-X DELETE /api/handles/20.500.12345/NEW1': noCredential,
  '-X POST /api/sessions': {
    why: 'bearer tokens make sessions needless',
    check: (t, { status, json }) => t.match({ status, json }, { status: 404, json: { responseCode: 4 } }),
  },
};

t.test('resolves as a Handle server does', async (t) => {
  const exchanges = readExchanges('resolution.txt');
  t.equal(exchanges.length, 38);
  await replay(t, { node, exchanges, differences: DIFFERENCES });
});

t.test('answers the same from memory and from the database', async (t) => {
  for (const path of ['20.500.12345/H5', '20.500.12345/h5', '20.500.12345/PRIVATE', '20.500.12345/UTF8']) {
    const [cached, asked] = [await node.get(`/api/handles/${path}`), await node.get(`/api/handles/${path}?auth=true`)];
    t.equal(cached.text, asked.text, path);
    t.equal((await node.get(`/api/handles/${path}`)).text, asked.text, path);
  }
});

t.test('gives a browser a page that names the identifier which is not there', async (t) => {
  const { status, headers, text } = await node.get('/20.500.12345/NOPE', { accept: 'text/html' });
  t.equal(status, 404);
  t.equal(headers['content-type'], 'text/html;charset=utf-8');
  t.match(text, '20.500.12345/NOPE');
});

t.test('refuses malformed paths with the code of an invalid handle', async (t) => {
  for (const path of [
    '20.500.12345/%zz',
    '20.500.12345/%C3',
    '20.500.12345/a%00b',
    `20.500.12345/${'a'.repeat(2050)}`,
  ]) {
    const { status, json } = await node.get(`/api/handles/${path}`);
    t.match(
      { status, json },
      { status: 400, json: { responseCode: 102, code: 'INVALID_IDENTIFIER' } },
      path.slice(0, 40),
    );
  }
});
