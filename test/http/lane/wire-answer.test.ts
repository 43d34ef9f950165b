import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import t, { type Test } from 'tap';
import { catalogue } from '../../../src/errors/catalogue.ts';
import type { PlainAnswer } from '../../../src/http/lane/plain-answer.ts';
import { wireAnswer } from '../../../src/http/lane/wire-answer.ts';

const withoutSecond = (bytes: string) =>
  bytes.replace(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r$/m, 'Date\r');

/** What `node:http` writes. */
async function written(t: Test, { status, headers, body }: PlainAnswer, last: boolean): Promise<string> {
  const server = createServer({ keepAliveTimeout: 0 }, (_, response) => {
    response.shouldKeepAlive = !last;
    response.writeHead(status, headers as string[]).end(body, 'latin1');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('latin1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const length = wireAnswer({ status, headers, body }, last).length;
  let bytes = '';
  for await (const piece of socket) {
    bytes += piece;
    if (bytes.length >= length) break;
  }
  server.close().closeAllConnections();
  t.equal(bytes.length, length);
  return bytes;
}

t.test('is to the byte what node:http writes', async (t) => {
  const statuses = new Set([200, 300, ...Object.values(catalogue).map(({ http }) => http)]);
  for (const status of statuses) {
    for (const last of [false, true]) {
      const body = `{"of":"${status}"}`;
      const headers = ['content-type', 'application/json; charset=utf-8', 'content-length', String(body.length)];
      const answer = { status, headers: [...headers, 'ETag', '"1"', 'x-empty', ''], body };
      const bytes = wireAnswer(answer, last);
      t.equal(
        withoutSecond(bytes),
        withoutSecond(await written(t, answer, last)),
        `${status}, ${last ? 'last' : 'not last'}`,
      );
      t.match(bytes, /\r\nDate: \w/);
    }
  }
  const body = Buffer.from('底盘 é').toString('latin1');
  const answer = { status: 200, headers: ['content-length', String(body.length)], body };
  t.equal(withoutSecond(wireAnswer(answer, false)), withoutSecond(await written(t, answer, false)), 'beyond ASCII');
});

t.test('the date is that of now', async (t) => {
  const dateOf = () =>
    Date.parse(/^Date: (.*)\r$/m.exec(wireAnswer({ status: 200, headers: [], body: '' }, false))?.[1] ?? '');
  const before = Math.floor(Date.now() / 1000) * 1000;
  const said = dateOf();
  t.ok(said >= before && said <= Date.now());
});
