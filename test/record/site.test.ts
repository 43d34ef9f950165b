import t from 'tap';
import { parseSite } from '../../src/record/parse-site.ts';
import { httpUrlsOf, isSiteUrl, siteOfUrl } from '../../src/record/site.ts';

t.test('the site of a URL leads back to that URL', async (t) => {
  for (const url of ['http://127.0.0.1:7080', 'https://node.example:8443', 'http://[2001:db8::1]:80']) {
    t.strictSame(httpUrlsOf(siteOfUrl(url)), [url]);
    t.strictSame(parseSite(siteOfUrl(url, { description: '汽车' }), 'site'), siteOfUrl(url, { description: '汽车' }));
  }
});

t.test('the default port of the protocol is stated', async (t) => {
  t.strictSame(httpUrlsOf(siteOfUrl('http://node.example')), ['http://node.example:80']);
  t.strictSame(httpUrlsOf(siteOfUrl('https://node.example/')), ['https://node.example:443']);
});

t.test('the URLs of a site are those that answer queries, HTTPS first', async (t) => {
  const server = (address: string, ...interfaces: object[]) => ({ address, interfaces });
  const site = parseSite(
    {
      servers: [
        server('a.example', { protocol: 'TCP', port: 2641 }, { protocol: 'HTTP', port: 8000 }),
        server('b.example', { protocol: 'HTTP', port: 1, query: false }, { protocol: 'HTTPS', port: 8443 }),
      ],
    },
    'site',
  );
  t.strictSame(httpUrlsOf(site), ['https://b.example:8443', 'http://a.example:8000']);
  t.strictSame(httpUrlsOf({ ...site, servers: [] }), []);
});

t.test('a site’s URL has no more than protocol, host and port', async (t) => {
  for (const url of ['http://a', 'http://a/', 'https://a:1', 'http://[::1]:2']) t.ok(isSiteUrl(url), url);
  const others = [
    'ftp://a',
    'a:80',
    'http://',
    'http://a/b',
    'http://a/?q',
    'http://a#f',
    'http://u@a',
    'http://u:p@a',
  ];
  for (const url of others) t.notOk(isSiteUrl(url), url);
});
