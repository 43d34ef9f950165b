import type { Difference } from './compare.ts';

/** The same, but for the 10,000 records and the prefix 0.NA/0.NA that only the other server holds. */
function fewerRecords(json: Record<string, unknown>): Difference {
  return {
    why: 'fewer records are held here',
    check: (t, { status, json: given }) => {
      t.equal(status, 200);
      t.match(given.totalCount, /^\d+$/);
      t.strictSame({ ...given, totalCount: json.totalCount }, json);
    },
  };
}

const noCredential: Difference = {
  why: 'without TLS the answer is 403 there; here TLS ends before the node, and it is 401 with what to prove oneself by',
  check: (t, answer) => {
    t.equal(answer.status, 401);
    t.strictSame(answer.headers['www-authenticate'], ['Basic realm="handle"', 'Handle', 'Bearer realm="kapok"']);
    t.match(answer.json, { responseCode: 402, code: 'UNAUTHENTICATED' });
  },
};

/** Of `resolution.txt`, on a node at this URL with this public key. */
export function resolutionDifferences(url: string, publicKey: object): Record<string, Difference> {
  const site = siteOf(url, publicKey);
  return {
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
          JSON.stringify({ index: 1, type: 'HS_SITE', data: { format: 'site', value: site } }),
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
      why: 'this node is reached over HTTP alone, and its key is an Ed25519 key',
      check: (t, { status, text }) => {
        t.equal(status, 200);
        t.equal(text, JSON.stringify({ responseCode: 1, site: site }));
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
    '/api/handles?prefix=20.500.12345&page=0&pageSize=2': noCredential,
    '/api/handles?prefix=0.NA/20.500.12345&page=0&pageSize=2': noCredential,
    '/api/prefixes': noCredential,
    '/20.500.12345/H5': {
      why: 'the page behind the redirection is left out',
      check: (t, { status, headers }) => {
        t.equal(status, 302);
        t.equal(headers.location, 'https://example.invalid/item/5');
        const life = Date.parse(String(headers.expires)) - Date.parse(String(headers.date));
        // What lies in memory ends up to a tenth sooner, by chance.
        t.ok(life <= 86_402_000 && life >= 0.9 * 86_400_000 - 60_000, `expires with its values, in ${life} ms`);
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
      why: 'the same: without TLS there are no sessions there',
      check: (t, { status, headers, json }) => {
        t.equal(status, 201);
        t.equal(headers.location, '/api/sessions/this');
        t.strictSame(Object.keys(json), ['sessionId', 'nonce']);
      },
    },
  };
}

const U = '-u 301%3A20.500.12345/ADMIN:bench-secret-123';

/** Of `administration.txt`. */
export const administrationDifferences: Record<string, Difference> = {
  [`${U} /api/handles?prefix=20.500.12345&page=0&pageSize=2`]: fewerRecords({
    responseCode: 1,
    prefix: '20.500.12345',
    totalCount: '10006',
    page: 0,
    pageSize: 2,
    handles: ['20.500.12345/ADMIN', '20.500.12345/ALIAS'],
  }),
  [`${U} /api/handles?prefix=0.NA/20.500.12345&page=0&pageSize=0`]: fewerRecords({
    responseCode: 1,
    prefix: '0.NA/20.500.12345',
    totalCount: '10006',
    page: 0,
    pageSize: 0,
    handles: [],
  }),
  [`${U} /api/prefixes`]: fewerRecords({ responseCode: 1, totalCount: '2', prefixes: ['0.NA/20.500.12345'] }),
  [`${U} /api/handles/20.500.12345/ADMIN`]: {
    why: 'values that no administrator may read are left out, where Handle refuses the whole record',
    check: (t, { status, json, text }) => {
      t.equal(status, 200);
      t.match(json, { responseCode: 1, handle: '20.500.12345/ADMIN', values: [{ index: 100 }, { index: 300 }] });
      t.equal(json.values.length, 2);
      t.notMatch(text, 'bench-secret');
    },
  },
  [`-X PUT ${U} -H Content-Type: application/json -d [{"index":1,"type":"URL","data":"http://m/"}] /api/handles/20.500.12345/?mintNewSuffix=true`]:
    {
      why: 'the minted suffix is another one each time',
      check: (t, { status, json }) => {
        t.equal(status, 201);
        t.match(json, { responseCode: 1, handle: /^20\.500\.12345\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ });
      },
    },
};

function siteOf(url: string, publicKey: object) {
  return {
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
        publicKey,
        interfaces: [{ query: true, admin: true, protocol: 'HTTP', port: Number(new URL(url).port) }],
      },
    ],
  };
}
