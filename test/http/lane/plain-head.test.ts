import t from 'tap';
import { createHeadTest } from '../../../src/http/lane/plain-head.ts';
import { SPECIAL_HEADERS } from '../../../src/http/lane/plain-request.ts';

const isPlainHead = createHeadTest();
/** What comes after the target of a request with these lines. */
const head = (...lines: string[]) => ` HTTP/1.1\r\n${['Host: a', ...lines].map((line) => `${line}\r\n`).join('')}\r\n`;

t.test('what clients, proxies and browsers send is plain', async (t) => {
  const plain = [
    head(),
    ' HTTP/1.1\r\nhOST:a:8080\r\n\r\n',
    head('Connection: keep-alive'),
    head('connection:  Keep-Alive\t', 'Keep-Alive: timeout=5'),
    head('User-Agent: curl/8', 'Accept: */*', 'Accept-Encoding: gzip, deflate, br', 'Accept-Language: zh-CN;q=0.9'),
    head('X-Forwarded-For: 192.0.2.1, 192.0.2.2', 'X-Forwarded-Proto: https', 'Via: 1.1 proxy'),
    head('Upgrade-Insecure-Requests: 1', 'Sec-Fetch-Mode: navigate'),
    head('X-Empty:', 'X-Tab:\ta\tb', 'X-Latin: \xe9', "!#$%&'*+-.^_`|~09: x"),
    head('X-Content-Length: 5', 'Content-Length-X: 5', 'X-Url: http://a/: b'),
  ];
  for (const text of plain) t.equal(isPlainHead(text), true, JSON.stringify(text));
});

t.test('what can be read in two ways is not', async (t) => {
  const hostile: Readonly<Record<string, string>> = {
    'no host': ' HTTP/1.1\r\nAccept: */*\r\n\r\n',
    'no field at all': ' HTTP/1.1\r\n\r\n',
    'two hosts': head('Host: b'),
    'two hosts that are one': head('host: a'),
    'an older version': head().replace('1.1', '1.0'),
    'a newer version': head().replace('1.1', '2.0'),
    'a version in small letters': head().replace('HTTP', 'http'),
    'no version': '\r\nHost: a\r\n\r\n',
    'two spaces': ` ${head()}`,
    'a space after the version': head().replace('1.1', '1.1 '),
    'a bare LF after the request line': head().replace('\r\n', '\n'),
    'bare LFs': head('Accept: */*').replaceAll('\r\n', '\n'),
    'a bare LF at the end': head().replace(/\r\n$/, '\n'),
    'a bare LF in a value': head('X: a\nContent-Length: 5'),
    'a bare CR in a value': head('X: a\rContent-Length: 5'),
    'a bare CR before the end': head('X: a\r'),
    'a line that goes on (obs-fold)': head('X: a', ' b'),
    'a line that goes on by a tab': head('X: a', '\tb'),
    'a first line that goes on': head().replace('Host', ' Host'),
    'a space before the colon': head('X : a'),
    'a tab before the colon': head('Content-Length\t: 5'),
    'no colon': head('X'),
    'no name': head(': a'),
    'NUL in a value': head('X: a\0b'),
    'NUL in a name': head('X\0: a'),
    'DEL in a value': head('X: a\x7f'),
    'a control character': head('X: a\x0bb'),
    'a byte beyond ASCII in a name': head('X\xe9: a'),
    'a separator in a name': head('X(a): b'),
    'no end': head().slice(0, -2),
    'half an end': head().slice(0, -1),
    'a body': `${head()}x`,
    'an empty line more': `${head()}\r\n`,
    'another request': `${head()}GET /x${head()}`,
  };
  for (const [name, text] of Object.entries(hostile)) t.equal(isPlainHead(text), false, name);
});

t.test('what frames a message, or asks something of the connection, is not', async (t) => {
  const lines = [
    ...['Content-Length: 0', 'Content-Length: 5', 'Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ...['Trailer: X', 'TE: trailers', 'Expect: 100-continue', 'Upgrade: websocket', 'HTTP2-Settings: AAMA'],
    ...[
      'Connection: close',
      'Connection: upgrade',
      'Connection: keep-alive, X',
      'Connection:',
      'Connection: keep-alive,',
    ],
  ];
  for (const line of lines) {
    const [name = '', value] = line.split(':');
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase()])
      t.equal(isPlainHead(head(`${spelled}:${value}`)), false, `${spelled}:${value}`);
  }
  t.equal(isPlainHead(head('Connection: keep-alive', 'Connection: close')), false, 'the second counts as well');
});

t.test('what changes the answer is not, and what more is named', async (t) => {
  t.match(SPECIAL_HEADERS, ['authorization']);
  for (const name of SPECIAL_HEADERS) {
    t.equal(name, name.toLowerCase());
    for (const spelled of [name, name.toUpperCase()]) t.equal(isPlainHead(head(`${spelled}: x`)), false, spelled);
  }
  const traceparent = head('TraceParent: x');
  t.equal(isPlainHead(traceparent), true, 'nobody follows');
  t.equal(createHeadTest(['traceparent'])(traceparent), false);
});
