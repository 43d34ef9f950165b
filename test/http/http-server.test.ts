import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { createHttpServer } from '../../src/http/http-server.ts';
import { UnderWay } from '../../src/http/under-way.ts';

const IDLE = 150;
/** More than the buffers of both ends hold. */
const LARGE = 64 * 1024 * 1024;

/** A server whose "/hit" is answered at once, "/slow" after four idle times, and "/stuck" never. */
async function open(t: Test) {
  return (await openServer(t)).port;
}

async function openServer(t: Test) {
  const server = createHttpServer({
    idle: IDLE,
    underWay: new UnderWay(),
    plain: { lane: () => null, isPlainHead: () => false },
    resolve: (request, response) => {
      if (request.url !== '/hit') return false;
      response.end('hit');
      return true;
    },
    framework: (request, response) => {
      request.resume();
      if (request.url === '/slow') setTimeout(() => response.end('slow'), 4 * IDLE);
      if (request.url === '/large') response.end(Buffer.alloc(LARGE));
    },
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close().closeAllConnections());
  return { server, port: (server.address() as AddressInfo).port };
}

async function ask(port: number, path: string, agent: Agent): Promise<string> {
  const [response] = (await once(get({ port, path, agent, host: '127.0.0.1' }), 'response')) as [IncomingMessage];
  return Buffer.concat(await response.toArray()).toString();
}

t.test('a connection serves one request after another', async (t) => {
  const port = await open(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const sockets = new Set<unknown>();
  agent.on('free', (socket) => sockets.add(socket));
  for (const path of ['/hit', '/slow', '/hit']) t.equal(await ask(port, path, agent), path.slice(1));
  await sleep(10);
  t.equal(sockets.size, 1, 'all went over one connection');
});

t.test('a connection on which nothing happens is ended', async (t) => {
  const port = await open(t);
  for (const sent of ['', 'GET /hit HTTP/1.1\r\nHost: a\r\n\r\n']) {
    const socket = connect(port, '127.0.0.1');
    socket.resume().write(sent);
    const begun = performance.now();
    await once(socket, 'close');
    t.ok(performance.now() - begun >= IDLE - 20, sent === '' ? 'before a request' : 'after an answer');
  }
});

t.test('a request under way keeps its connection', async (t) => {
  const port = await open(t);
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.resume().write('GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n');
  const closed = once(socket, 'close').then(() => 'closed');
  t.equal(await Promise.race([closed, sleep(5 * IDLE, 'open')]), 'open');
});

t.test('a body that stops half-way, and an answer that is not read, keep no connection', async (t) => {
  const port = await open(t);
  const stalled = connect(port, '127.0.0.1');
  stalled.resume().write('POST /stuck HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
  await once(stalled, 'close');
  t.pass('the body');
  const unread = connect(port, '127.0.0.1');
  unread.pause();
  unread.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
  await sleep(4 * IDLE);
  unread.resume();
  await once(unread, 'close');
  t.ok(unread.bytesRead < LARGE, `${unread.bytesRead} bytes of the answer arrived`);
});

t.test('a server that drains answers what is under way, ends what is idle, and refuses what is new', async (t) => {
  const { server, port } = await openServer(t);
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  t.equal(await ask(port, '/hit', agent), 'hit', 'its connection stays, idle');
  const slow = ask(port, '/slow', new Agent({ keepAlive: true }));
  await once(server, 'request');
  const drained = server.drain();
  await t.rejects(ask(port, '/hit', new Agent()), { code: 'ECONNREFUSED' });
  t.equal(await slow, 'slow');
  await drained;
});

t.test('a client learns with its answer that the connection is the last one', async (t) => {
  const { server, port } = await openServer(t);
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  await ask(port, '/hit', agent);
  const drained = server.drain();
  const [response] = (await once(get({ port, path: '/hit', agent, host: '127.0.0.1' }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  t.equal(response.headers.connection, 'close');
  await drained;
});
