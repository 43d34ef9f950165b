import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { until } from '../../resolve/until.ts';
import { get } from './client.ts';
import { openLane } from './open-lane.ts';

const IDLE = 150;
/** More than the buffers of both ends hold. */
const LARGE = 16 * 1024 * 1024;

t.test('a request is answered the same wherever its bytes are parted', async (t) => {
  const { connect, read, arrived } = await openLane(t);
  const whole = await connect();
  whole.send(get('/hit'));
  const expected = await whole.read();
  t.strictSame([expected.body, read], ['/hit', []], 'one that is whole is not read by node:http');
  const bytes = get('/hit');
  for (let at = 1; at < bytes.length; at++) {
    const client = await connect();
    client.send(bytes.slice(0, at));
    await until(async () => arrived() === at);
    client.send(bytes.slice(at));
    t.strictSame(await client.read(), expected, `at ${at}`);
    client.send(get('/hit'));
    t.strictSame(await client.read(), expected, `the next one, at ${at}`);
    client.socket.destroy();
  }
  t.equal(read.length, 2 * (bytes.length - 1));
});

t.test('requests that come together are answered in their order, also a half of one', async (t) => {
  const { connect, asked } = await openLane(t);
  const client = await connect();
  const third = get('/hit/3');
  client.send(get('/hit/1') + get('/framework') + third.slice(0, 9));
  t.strictSame(await client.bodies(2), ['/hit/1', 'GET /framework ']);
  client.send(third.slice(9) + get('/hit/4'));
  t.strictSame(await client.bodies(2), ['/hit/3', '/hit/4']);
  t.strictSame(asked, ['/hit/1', '/hit/3', '/hit/4'], 'each is asked once');
});

t.test('a connection goes to node:http with the first request that is not plain, and stays there', async (t) => {
  const { connect, read } = await openLane(t);
  const client = await connect();
  client.send(get('/hit/1'));
  t.strictSame(await client.bodies(1), ['/hit/1']);
  client.send('POST /framework HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n');
  for (const piece of ['GET', ' /x', ' HT']) {
    await sleep(2);
    client.send(piece);
  }
  t.strictSame(await client.bodies(1), ['POST /framework GET /x HT'], 'its body is no request');
  client.send(get('/hit/2'));
  t.strictSame(await client.bodies(1), ['/hit/2']);
  t.strictSame(read, ['/framework', '/hit/2']);
});

t.test('what comes while an answer is under way is answered after it, in order', async (t) => {
  const { connect, asked, answerLate } = await openLane(t);
  const client = await connect();
  client.send(get('/late/1'));
  await until(async () => asked.length === 1);
  // More than is read at once, and than waits unread.
  const more = Array.from({ length: 20_000 }, (_, i) => `/hit/${i}`);
  client.send(more.map((target) => get(target)).join(''));
  await sleep(20);
  t.strictSame(asked, ['/late/1'], 'nothing is asked meanwhile');
  answerLate();
  t.strictSame(await client.bodies(1 + more.length), ['/late/1', ...more]);
  t.equal(asked.length, 1 + more.length);
});

t.test('a client that does not read is asked for no more, is ended when nothing moves, and not before', async (t) => {
  const { connect, asked } = await openLane(t, { idle: IDLE, large: LARGE });
  const client = await connect();
  client.socket.pause();
  client.send(get('/large'));
  await until(async () => asked.length === 1);
  for (let i = 0; i < 100; i++) client.send(get('/large'));
  await sleep(IDLE / 2);
  t.equal(asked.length, 1);
  await sleep(3 * IDLE);
  let bytes = 0;
  client.socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  client.socket.resume();
  await client.closed;
  t.ok(bytes < LARGE, `${bytes} bytes arrived`);
  t.equal(asked.length, 1);
});

t.test('a client that reads late gets all, and what it has sent meanwhile is answered', async (t) => {
  const { connect, asked } = await openLane(t, { large: LARGE });
  const client = await connect();
  client.socket.pause();
  client.send(get('/large'));
  await until(async () => asked.length === 1);
  client.send(get('/hit/1') + get('/hit/2'));
  await sleep(20);
  client.socket.resume();
  t.strictSame(
    (await client.bodies(3)).map(({ length }) => length),
    [LARGE, 6, 6],
  );
});

t.test('a late answer for a client that has left is dropped', async (t) => {
  const { connect, server, asked, answerLate } = await openLane(t);
  const [gone, other] = [await connect(), await connect()];
  gone.send(get('/late/gone'));
  await until(async () => asked.length === 1);
  gone.socket.resetAndDestroy();
  other.send(get('/late/other'));
  await until(async () => asked.length === 2);
  answerLate();
  t.strictSame(await other.bodies(1), ['/late/other']);
  other.socket.destroy();
  await once(server.close(), 'close');
});

t.test('a client that ends its side gets what was answered, and the connection ends', async (t) => {
  const { connect, server } = await openLane(t);
  const client = await connect();
  client.socket.end(get('/hit'));
  t.strictSame(await client.bodies(1), ['/hit']);
  await client.closed;
  await once(server.close(), 'close');
});

t.test(
  'a server that drains tells each client that its next answer is the last, and ends the connection',
  async (t) => {
    const { connect, server, asked, answerLate } = await openLane(t);
    const [idle, busy] = [await connect(), await connect()];
    idle.send(get('/hit'));
    busy.send(get('/late'));
    t.match((await idle.read()).head, /\r\nConnection: keep-alive$/);
    await until(async () => asked.length === 2);
    const drained = server.drain();
    idle.send(get('/hit'));
    busy.send(get('/hit/never'));
    answerLate();
    for (const client of [idle, busy]) {
      t.match((await client.read()).head, /\r\nConnection: close$/);
      await client.closed;
    }
    // Neither has ended its own side.
    await drained;
    t.notOk(asked.includes('/hit/never'), 'who was told sends it elsewhere');
  },
);

t.test('the last answer ends the connection of a client that keeps its own side open', async (t) => {
  const { connect, server, asked, answerLate } = await openLane(t);
  const client = await connect();
  client.send(get('/late'));
  await until(async () => asked.length === 1);
  const closed = once(server.close(), 'close');
  answerLate();
  t.match((await client.read()).head, /\r\nConnection: close$/);
  await closed;
});

t.test('closing ends what is idle, and neither what is answered nor what is being read', async (t) => {
  const { connect, server, asked, answerLate } = await openLane(t, { large: LARGE });
  const [silent, idle, busy, slow] = [await connect(), await connect(), await connect(), await connect()];
  idle.send(get('/hit'));
  await idle.read();
  busy.send(get('/late'));
  slow.socket.pause();
  slow.send(get('/large'));
  await until(async () => asked.length === 3);
  const closed = once(server.close(), 'close');
  server.closeIdleConnections();
  await Promise.all([silent.closed, idle.closed]);
  answerLate();
  t.strictSame(await busy.bodies(1), ['/late']);
  slow.socket.resume();
  t.equal((await slow.read()).body.length, LARGE);
  // None of them has ended its own side.
  await closed;
});

t.test('a client that reads nothing of its last answer is ended when nothing moves, whatever it sends', async (t) => {
  const { connect, server, asked } = await openLane(t, { idle: IDLE, large: LARGE });
  const client = await connect();
  client.socket.pause();
  client.send(get('/large'));
  await until(async () => asked.length === 1);
  const closed = once(server.close(), 'close');
  const sending = setInterval(() => client.send('x'.repeat(10_000)), IDLE / 5);
  await closed;
  clearInterval(sending);
  t.strictSame(asked, ['/large']);
});

t.test('a connection on which nothing happens is ended, and not while its answer is under way', async (t) => {
  const { connect, asked, answerLate } = await openLane(t, { idle: IDLE });
  const [idle, busy] = [await connect(), await connect()];
  const begun = performance.now();
  idle.send(get('/hit'));
  busy.send(get('/late'));
  await idle.read();
  await idle.closed;
  t.ok(performance.now() - begun >= IDLE - 20);
  await sleep(2 * IDLE);
  t.strictSame(asked.toSorted(), ['/hit', '/late']);
  answerLate();
  t.strictSame(await busy.bodies(1), ['/late']);
  await busy.closed;
});
