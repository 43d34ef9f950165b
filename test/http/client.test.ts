import t from 'tap';
import { createClient, ProblemError, readLines } from '../../proto/http/client/client.ts';
import { operations } from '../../proto/http/operations.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() });
const client = createClient({ url: `${node.url}/`, token: OPERATOR_TOKEN });

t.test('every operation is a method, under its id', async (t) => {
  t.strictSame(Object.keys(client).sort(), operations.map(({ id }) => id).sort());
});

t.test('writes and reads what the operations say', async (t) => {
  const identifier = '88.107/泵 a/../b';
  const values = [{ index: 1, type: 'URL', data: 'https://a/' }];
  t.match(await client.registerIdentifier({ body: { identifier, values } }), { identifier, version: 1 });
  t.match(await client.getIdentifier({ params: { identifier } }), { identifier, values: [{ index: 1 }] });
  const written = await client.putIdentifier({
    params: { identifier },
    headers: { 'if-match': '"1"' },
    body: { values },
  });
  t.equal(written.version, 2);
  t.match(await client.getHandle({ params: { handle: identifier }, query: { type: ['URL', 'NAME'] } }), {
    responseCode: 1,
  });
  const page = await client.queryIdentifiers({ query: { prefix: '88.107', count: true } });
  t.match(page, { identifiers: [{ identifier }], total: 1 });
  t.match(await client.getMetrics(), /kapok_resolutions_total/);
});

t.test('streams lines', async (t) => {
  await client.registerBatch({
    body: { items: ['x', 'y'].map((name) => ({ identifier: `88.107/${name}`, values: [] })) },
  });
  const names: string[] = [];
  for await (const line of readLines<{ identifier: string }>(
    await client.exportIdentifiers({ query: { prefix: '88.107' } }),
  ))
    names.push(line.identifier);
  t.strictSame(names, ['88.107/x', '88.107/y', '88.107/泵 a/../b']);
});

t.test('lines are found wherever the stream is cut', async (t) => {
  const bytes = new TextEncoder().encode('{"a":"泵"}\n\n{"a":2}\n{"a":3}');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) controller.enqueue(part);
        controller.close();
      },
    });
    const found: unknown[] = [];
    for await (const line of readLines(stream)) found.push(line);
    t.strictSame(found, [{ a: '泵' }, { a: 2 }, { a: 3 }], String(cut));
  }
});

t.test('a refusal is an error with the code, in either shape', async (t) => {
  const missing = await client.getIdentifier({ params: { identifier: '88.107/none' } }).catch((error) => error);
  t.ok(missing instanceof ProblemError);
  t.match(missing, { code: 'NOT_FOUND', status: 404, responseCode: 100, message: 'The identifier is not registered' });
  const body = { identifier: '88.107/q', values: [{ index: 0 }] };
  await t.rejects(client.registerIdentifier({ body }), { code: 'INVALID_VALUE', at: 'values[0].index' });
  const unresolved = await client.getHandle({ params: { handle: '88.107/none' } }).catch((error) => error);
  t.match(unresolved, { status: 404, responseCode: 100, subject: '88.107/none' });
  await t.rejects(createClient({ url: node.url }).listTokens(), { code: 'UNAUTHENTICATED', status: 401 });
  const nowhere = createClient({ url: 'http://127.0.0.1:1' });
  await t.rejects(nowhere.getLive(), { code: 'UPSTREAM_UNREACHABLE', status: 0, message: /cannot be reached/ });
});

t.test('an answer that no node gives is told as that', async (t) => {
  const ask = (answer: Response) => createClient({ url: 'http://web', fetch: async () => answer }).listOrganisations();
  const cases: [answer: Response, why: string][] = [
    [new Response('ok'), 'it answered with text/plain where a node answers with JSON'],
    [new Response('ok', { headers: { 'content-type': 'application/json' } }), 'its answer is no JSON'],
    [new Response(null), 'it answered with no content type where a node answers with JSON'],
  ];
  for (const [answer, why] of cases) {
    const error = await ask(answer).catch((error) => error);
    t.ok(error instanceof ProblemError, why);
    t.match(error, { code: 'UPSTREAM_INVALID', status: 0, message: `http://web is no Kapok node: ${why}` });
  }
  const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) });
  const cut = new Response(broken, { headers: { 'content-type': 'application/json' } });
  await t.rejects(ask(cut), { code: 'UPSTREAM_UNREACHABLE', message: 'Node http://web broke off its answer' });
});

t.test('what can be sent twice is sent again when the node asks for it, within bounds', async (t) => {
  const busy = (retryAfter?: string) =>
    new Response('{"code":"RATE_LIMITED"}', {
      status: 429,
      headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    });
  const good = () => Response.json({ identifier: 'a', version: 1, status: 'active', valid: true, tokens: [] });
  const run = async (answers: Response[], call: (busyClient: typeof client) => Promise<unknown>) => {
    const waits: number[] = [];
    let asked = 0;
    const told = createClient({
      url: 'http://node',
      fetch: async () => answers[asked++] ?? good(),
      pause: async (milliseconds) => void waits.push(milliseconds),
    });
    const outcome = await call(told).then(
      () => 'good',
      ({ status }) => status,
    );
    return { waits, asked, outcome };
  };
  const params = { identifier: '88/a' };
  const get = (c: typeof client) => c.listTokens();
  t.strictSame(await run([busy('2'), busy()], get), { waits: [2000, 500], asked: 3, outcome: 'good' });
  t.strictSame(
    await run(
      [1, 2, 3, 4].map(() => busy('1')),
      get,
    ),
    { waits: [1000, 1000, 1000], asked: 4, outcome: 429 },
  );
  t.strictSame(await run([busy('40')], get), { waits: [], asked: 1, outcome: 429 }, 'too long a wait is told');
  const post = (c: typeof client) => c.registerIdentifier({ body: {} });
  t.strictSame(await run([busy('1')], post), { waits: [], asked: 1, outcome: 429 });
  const keyed = (c: typeof client) => c.registerIdentifier({ headers: { 'idempotency-key': 'k' }, body: {} });
  t.strictSame(await run([busy('1')], keyed), { waits: [1000], asked: 2, outcome: 'good' });
  const put = (c: typeof client) => c.putIdentifier({ params, body: {} });
  t.strictSame(await run([busy('1')], put), { waits: [1000], asked: 2, outcome: 'good' });
  const conditional = (c: typeof client) => c.putIdentifier({ params, headers: { 'if-match': '"1"' }, body: {} });
  t.strictSame(await run([busy('1')], conditional), { waits: [], asked: 1, outcome: 429 });
});
