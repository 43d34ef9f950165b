import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { runClosedLoop } from '../../../bench/client/closed-loop.ts';
import { runOpenLoop } from '../../../bench/client/open-loop.ts';
import { openSource } from '../../../bench/client/sources.ts';
import { Tally } from '../../../bench/client/tally.ts';
import type { LoadRequest } from '../../../bench/load.ts';
import { failuresOf } from '../../../bench/load-profile.ts';

const HANDLE = '88.101/BRG-0000001';
const RIGHT = JSON.stringify({ responseCode: 1, handle: HANDLE, values: [{ index: 1 }] });

async function serve(t: Test, listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

interface Load {
  readonly requests?: readonly LoadRequest[];
  readonly seconds?: number;
  readonly connections?: number;
  readonly timeout?: number;
  readonly rate?: number;
  readonly most?: number;
  readonly standing?: boolean;
}

async function load(url: URL, options: Load) {
  const { requests, seconds = 0.3, connections = 4, timeout = 5_000, rate, most, standing = false } = options;
  const list = requests ?? [{ path: `/api/handles/${HANDLE}`, expects: { kind: 'peer' as const, handle: HANDLE } }];
  const next = openSource(
    { kind: 'list', requests: list },
    { host: url.host, status: 200, lanes: connections, before: 0 },
  );
  const tally = new Tally({ timeline: true });
  const looped = { url, next, tally, seconds, timeout, connections };
  const closed = most === undefined ? looped : { ...looped, most };
  await (rate === undefined ? runClosedLoop(closed) : runOpenLoop({ ...looped, rate, standing }));
  return tally.result();
}

t.test('a closed loop counts right answers and asks everything in turn', async (t) => {
  const asked = new Map<string, number>();
  const url = await serve(t, ({ url = '' }, response) => {
    asked.set(url, (asked.get(url) ?? 0) + 1);
    response.end('{}');
  });
  const requests = Array.from({ length: 40 }, (_, i) => ({ path: `/${i}` }));
  const result = await load(url, { requests });
  const counts = [...asked.values()];
  t.equal(asked.size, 40);
  t.equal(
    counts.reduce((sum, count) => sum + count),
    result.answered,
  );
  t.ok(result.rate > 0);
  t.strictSame(failuresOf(result, { status: 200, evenLength: false }), []);
});

t.test('a closed loop ends when it has sent as many as it may', async (t) => {
  const url = await serve(t, (_, response) => response.end(RIGHT));
  const { answered, errors } = await load(url, { most: 10, seconds: 3_600 });
  t.strictSame([answered, errors], [10, 0]);
});

t.test('reads and writes are told apart, and a read that is older than a write is wrong', async (t) => {
  const mixed = async ({ forgets }: { forgets: boolean }) => {
    let version = 1;
    let mark: string | null = null;
    const url = await serve(t, async (request, response) => {
      if (request.method === 'PUT') {
        const { values } = (await json(request)) as { values: { data: string }[] };
        version++;
        mark = forgets ? 'mark 0' : (values[0]?.data ?? null);
        response.writeHead(200, { etag: `"${version}"` }).end('{}');
      } else {
        const data = mark === null ? [] : [{ data: { value: mark } }];
        const body = { responseCode: 1, handle: HANDLE, values: data };
        response.writeHead(200, { etag: `"${version}"` }).end(JSON.stringify(body));
      }
    });
    const source = { kind: 'write-mix', identifiers: [HANDLE], share: 0.2, token: 't' } as const;
    const next = openSource(source, { host: url.host, status: 200, lanes: 2, before: 0 });
    const tally = new Tally({});
    await runClosedLoop({ url, next, tally, seconds: 3_600, most: 100, timeout: 60_000, connections: 2 });
    return tally.result();
  };
  const honest = await mixed({ forgets: false });
  t.strictSame(honest.examples, []);
  const { reads, writes } = honest.groups;
  t.equal((reads?.answered ?? 0) + (writes?.answered ?? 0), 100);
  t.ok((writes?.answered ?? 0) >= 10, `${writes?.answered} writes`);
  const liar = await mixed({ forgets: true });
  t.ok(liar.wrong > 0, 'what is read is not what was written');
});

t.test('whoever answers wrongly is counted as wrong, never as throughput', async (t) => {
  const lies: Readonly<Record<string, string>> = {
    'another name': JSON.stringify({ responseCode: 1, handle: '88.101/OTHER', values: [{ index: 1 }] }),
    'no values': JSON.stringify({ responseCode: 1, handle: HANDLE, values: [] }),
    'another code': JSON.stringify({ responseCode: 100, handle: HANDLE, values: [{ index: 1 }] }),
    'no JSON': '<html>',
  };
  for (const [lie, body] of Object.entries(lies)) {
    let count = 0;
    const url = await serve(t, (_request, response) => response.end(count++ % 4 === 0 ? body : RIGHT));
    const result = await load(url, { seconds: 0.1 });
    t.equal(result.answered + result.wrong, count, lie);
    t.ok(result.wrong >= Math.floor(count / 4) && result.answered > 0, lie);
    t.match(failuresOf(result, { status: 200, evenLength: false }), [/answers that say something else/], lie);
    t.match(result.examples[0], HANDLE);
  }
});

t.test('statuses, broken connections and timeouts are told apart', async (t) => {
  const kinds: Readonly<Record<string, { listener: RequestListener; failure: RegExp }>> = {
    '429': {
      listener: (_, response) => response.writeHead(429).end(),
      failure: /answers with status 429 instead of 200/,
    },
    shed: {
      listener: (_, response) => response.writeHead(503, { 'retry-after': '1' }).end(),
      failure: /answers with status 503/,
    },
    broken: { listener: (request) => request.socket.destroy(), failure: /broken requests, 0 of them timeouts/ },
    slow: { listener: () => {}, failure: /4 broken requests, 4 of them timeouts \(timeout 4\)/ },
  };
  for (const [kind, { listener, failure }] of Object.entries(kinds)) {
    const url = await serve(t, listener);
    const result = await load(url, { seconds: 0.1, timeout: 200 });
    t.equal(result.answered, 0);
    t.equal(result.latency, null, kind);
    const failures = failuresOf(result, { status: 200, evenLength: true });
    t.match(failures.join('\n'), /no right answer at all/, kind);
    t.match(failures.join('\n'), failure, kind);
  }
});

t.test('what can have no answer is counted apart, and so is what is shed', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(503, { 'retry-after': '1' }).end());
  const requests = [{ path: '/a' }, { path: '/b', mayFail: true }];
  const { shed, unavailable, statuses } = await load(url, { requests, connections: 2, seconds: 0.1 });
  t.ok(shed > 0 && unavailable > 0);
  t.strictSame(statuses, {});
});

t.test('an open loop counts from when each request was to be sent: a pause of the server is not omitted', async (t) => {
  let count = 0;
  const url = await serve(t, (_request, response) => {
    const answer = () => void response.end(RIGHT);
    if (++count === 20) setTimeout(answer, 500);
    else answer();
  });
  // One connection: whatever comes during the pause must wait for it before it is even sent.
  const result = await load(url, { seconds: 1, rate: 100, connections: 1 });
  t.equal(result.answered, 100);
  const slow = result.timeline.reduce((sum, { slowest }) => Math.max(sum, slowest), 0);
  t.ok(slow > 400, `the slowest took ${slow} ms`);
  const [, late = 0] = result.latency?.curve.find(([percentile]) => percentile === 80) ?? [];
  t.ok(late > 100, `one in five waited for ${late} ms or more`);
  t.equal(
    result.timeline.reduce((sum, { fresh }) => sum + fresh, 0),
    100,
  );
});

t.test('an open loop gives up what waits too long, sent or not', async (t) => {
  const url = await serve(t, () => {});
  const result = await load(url, { seconds: 0.2, rate: 100, connections: 2, timeout: 300 });
  t.equal(result.timeouts, 20);
  t.equal(result.answered, 0);
});

t.test('standing connections have all had an answer before the clock starts, which counts for nothing', async (t) => {
  const sockets = new Set<unknown>();
  let asked = 0;
  const url = await serve(t, ({ socket }, response) => {
    sockets.add(socket);
    asked++;
    response.end(RIGHT);
  });
  const { answered, errors } = await load(url, { seconds: 0.2, rate: 50, connections: 40, standing: true });
  t.strictSame([answered, errors, asked, sockets.size], [10, 0, 50, 40]);
});

t.test(
  'a load whose standing connections cannot be opened fails, at once or when it has waited long enough',
  async (t) => {
    const options = { rate: 50, connections: 40, standing: true, timeout: 100 };
    await t.rejects(load(await serve(t, ({ socket }) => socket.destroy()), options), /ended before its first answer/);
    await t.rejects(load(await serve(t, () => {}), options), /ended before its first answer: timeout/);
  },
);

t.test('stale answers are told by their header', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(200, { 'kapok-stale': '3' }).end(RIGHT));
  const { stale, answered, timeline } = await load(url, { rate: 100 });
  t.ok(stale === answered && stale > 0);
  t.equal(
    timeline.reduce((sum, moment) => sum + moment.stale, 0),
    stale,
  );
});
