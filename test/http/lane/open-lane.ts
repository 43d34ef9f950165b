import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import { createHttpServer } from '../../../src/http/http-server.ts';
import type { Lane } from '../../../src/http/lane/express-lane.ts';
import type { PlainAnswer } from '../../../src/http/lane/plain-answer.ts';
import { createHeadTest } from '../../../src/http/lane/plain-head.ts';
import { createRequestLane } from '../../../src/http/lane/request-lane.ts';
import { UnderWay } from '../../../src/http/under-way.ts';
import { connectTo } from './client.ts';

/** Longer than any test of what is not idle. */
const NEVER = 600_000;

export function answerOf(body: string): PlainAnswer {
  return { status: 200, headers: ['Content-Length', String(body.length)], body };
}

/**
 * A server whose lane answers "/hit…" at once, "/late…" when `answerLate` is called, and "/large…" with so many bytes; whatever else
 * there is the framework repeats. `asked` are the targets that the lane was asked for, `read` what `node:http` has read.
 */
export async function openLane(t: Test, { idle = NEVER, large = 0 } = {}) {
  const asked: string[] = [];
  const read: string[] = [];
  const late: (() => void)[] = [];
  const sockets: Socket[] = [];
  const underWay = new UnderWay();
  const lane: Lane = (target) => {
    if (target.startsWith('/framework')) return null;
    asked.push(target);
    if (target.startsWith('/large')) return answerOf('x'.repeat(large));
    if (!target.startsWith('/late')) return answerOf(target);
    return new Promise((resolve) => late.push(() => resolve(answerOf(target))));
  };
  const server = createHttpServer({
    ...{ idle, underWay },
    plain: { lane, isPlainHead: createHeadTest() },
    resolve: createRequestLane({ lane, traces: null, underWay }),
    framework: (request, response) => {
      void text(request).then((body) => response.end(`${request.method} ${request.url} ${body}`));
    },
  }).listen(0, '127.0.0.1');
  server.on('request', ({ url }) => read.push(url ?? ''));
  server.on('connection', (socket) => sockets.push(socket));
  await once(server, 'listening');
  t.teardown(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return {
    ...{ server, asked, read },
    /** Bytes that have arrived over the newest connection. */
    arrived: () => sockets.at(-1)?.bytesRead,
    answerLate: () => late.splice(0).forEach((answer) => void answer()),
    connect: () => connectTo(t, port),
  };
}
