import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { RETRY_AFTER } from '../../../src/governance/webhooks/retries.ts';
import { until } from '../../resolve/until.ts';
import { answer, type Received, signatureOf, startReceiver, take } from '../../support/receiver.ts';
import { openNode } from './open-node.ts';

const { node, database, organisation, tell, call, add, deliveriesOf, hurry } = await openNode(t);

const numbersOf = (messages: readonly Received[]) => messages.map(({ body }) => JSON.parse(body).data.body.n);
const settled = async (id: string, state: string) => {
  const all = await deliveriesOf(id);
  return all.length > 0 && all.every((one: { state: string }) => one.state === state) && all;
};
/** Removes it at the end of the test, for each notice goes to all of them. */
async function hooked(t: Test, url: string) {
  const made = await add(url);
  t.teardown(() => call('DELETE', `/${made.id}`));
  return made;
}

t.test('a notice is sent as it is polled, and signed so that the receiver can verify it alone', async (t) => {
  const receiver = await startReceiver(t);
  const { id, secret } = await hooked(t, receiver.url);
  t.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  await tell(1);
  const message = await until(() => receiver.messages[0]);
  t.equal(message.signature, signatureOf(secret, message));
  t.not(message.signature, signatureOf(secret, { ...message, body: `${message.body} ` }));
  t.ok(Math.abs(Number(message.timestamp) * 1000 - Date.now()) < 60_000);
  const { json } = await node.call('GET', '/api/v1/notices', { token: organisation.token });
  const notice = json.notices.at(-1);
  t.strictSame(JSON.parse(message.body), { type: 'sample', timestamp: notice.at, data: notice });
  t.equal(message.id, notice.id);
  const [delivery] = await until(() => settled(id, 'delivered'));
  t.match(delivery, { id: notice.id, seq: notice.seq, kind: 'sample', attempts: [{ status: 204, error: null }] });
});

t.test('what failed is tried again with the same id, and what comes after it waits', async (t) => {
  const receiver = await startReceiver(t, answer(500));
  const { id } = await hooked(t, receiver.url);
  await tell(1, 2, 3);
  await until(async () => (await deliveriesOf(id)).at(-1)?.attempts.length === 1);
  const [{ wait, failing }] = (await database.query(
    `select extract(epoch from next_at - now())::float8 as wait, failing_since is not null as failing from webhooks where id = $1`,
    [id],
  )) as [{ wait: number; failing: boolean }];
  const [first = 0] = RETRY_AFTER;
  t.ok(wait > 0 && wait <= first * 1.2, `it waits: ${wait}`);
  t.ok(failing);
  t.match((await call('GET', `?organisation=${organisation.id}`)).json.webhooks, [
    { state: 'active', failingSince: String },
  ]);
  receiver.behave(take);
  await hurry(id);
  const [, , oldest] = await until(() => settled(id, 'delivered'));
  t.match(oldest.attempts, [
    { status: 500, error: 'status' },
    { status: 204, error: null },
  ]);
  t.strictSame(numbersOf(receiver.messages), [1, 1, 2, 3]);
  t.equal(receiver.messages[0]?.id, receiver.messages[1]?.id);
  t.match((await call('GET', '')).json.webhooks, [{ failingSince: null }]);
});

t.test('no redirect is followed', async (t) => {
  const target = await startReceiver(t);
  const receiver = await startReceiver(t, (response) => void response.writeHead(307, { location: target.url }).end());
  const { id } = await hooked(t, receiver.url);
  await tell(1);
  const delivery = await until(async () => {
    const [one] = await deliveriesOf(id);
    return one?.attempts.length === 1 && one;
  });
  t.match(delivery, { state: 'waiting', attempts: [{ status: 307, error: 'status' }] });
  t.strictSame(target.messages, []);
});

t.test('the log says what went wrong on the way, and nothing of what was answered', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => closed.once('listening', done));
  const { port } = closed.address() as { port: number };
  await new Promise((done) => closed.close(done));
  const chatty = await startReceiver(
    t,
    (response) => void response.writeHead(418, { 'x-said': 'Gesagtes' }).end('Gesagtes'),
  );
  const breaking = await startReceiver(t, (_response, _message, request) => void request.socket.destroy());
  const plain = await startReceiver(t);
  const cases: [url: string, attempt: object][] = [
    [`http://127.0.0.1:${port}/`, { status: null, error: 'refused' }],
    [chatty.url, { status: 418, error: 'status' }],
    [breaking.url, { status: null, error: 'connection' }],
    ['https://no-such-host.invalid/', { status: null, error: 'dns' }],
    [`https://127.0.0.1:${plain.port}/`, { status: null, error: 'tls' }],
  ];
  for (const [url, attempt] of cases) {
    const { id } = await hooked(t, url);
    t.match((await call('POST', `/${id}/test`)).json, attempt, url);
  }
  await tell(1);
  for (const { id } of (await call('GET', '')).json.webhooks)
    await until(async () => (await deliveriesOf(id))[0]?.attempts.length === 1);
  const rows = await database.query('select d::text as row from webhook_deliveries d');
  t.ok(rows.length >= cases.length);
  t.notMatch(JSON.stringify(rows), /Gesagtes/);
});

t.test('an answer without an end costs no more than a bounded part of it', async (t) => {
  let sent = 0;
  const receiver = await startReceiver(t, (response) => {
    response.writeHead(200);
    const more = () => {
      sent += 65_536;
      if (!response.destroyed && sent < 50_000_000) response.write(Buffer.alloc(65_536), () => setImmediate(more));
    };
    more();
  });
  const { id } = await hooked(t, receiver.url);
  t.match((await call('POST', `/${id}/test`)).json, { status: 200, error: null });
  t.ok(sent < 50_000_000, `${sent} bytes`);
});

t.test('a delivery that failed for the last time makes way, and can be asked for again', async (t) => {
  const receiver = await startReceiver(t, answer(503));
  const { id } = await hooked(t, receiver.url);
  await tell(1, 2);
  await until(async () => (await deliveriesOf(id)).at(-1)?.attempts.length === 1);
  const last = RETRY_AFTER.length;
  await database.query(`update webhook_deliveries set tries = $2 where webhook = $1 and tries = 1`, [id, last]);
  receiver.behave((response, { body }) =>
    answer(JSON.parse(body).data.body.n === 1 ? 503 : 204)(response, {} as never, {} as never),
  );
  await hurry(id);
  const [second, first] = await until(async () => {
    const all = await deliveriesOf(id);
    return all[0].state === 'delivered' && all;
  });
  t.match(first, { state: 'failed', attempts: [{ status: 503 }, { status: 503 }] });
  t.match(second, { state: 'delivered', attempts: [{ status: 204 }] }, 'the next is sent at once');
  receiver.behave(take);
  t.match(await call('POST', `/${id}/deliveries/${first.id}/redeliver`), { status: 202, json: { state: 'waiting' } });
  const all = await until(() => settled(id, 'delivered'));
  t.equal(all.at(-1).attempts.length, 3);
  t.strictSame(numbersOf(receiver.messages), [1, 1, 2, 1]);
  t.equal((await call('POST', `/${id}/deliveries/${organisation.id}/redeliver`)).json.code, 'DELIVERY_NOT_FOUND');
  const page = await call('GET', `/${id}/deliveries?limit=1`);
  t.match((await call('GET', `/${id}/deliveries?limit=1&after=${page.json.next}`)).json, {
    deliveries: [{ id: first.id }],
    next: undefined,
  });
});

t.test('days of failures disable a webhook, which says so; resumed, it sends what has waited', async (t) => {
  const receiver = await startReceiver(t, answer(500));
  const other = await startReceiver(t);
  const { id } = await hooked(t, receiver.url);
  await tell(1);
  await until(async () => (await deliveriesOf(id))[0]?.attempts.length === 1);
  await hooked(t, other.url);
  await database.query(`update webhooks set failing_since = now() - interval '5 days 1 minute' where id = $1`, [id]);
  await hurry(id);
  const told = await until(() => other.messages[0]);
  t.match(JSON.parse(told.body), {
    type: 'webhook.disable',
    data: { about: { kind: 'webhook', id }, body: { gone: false } },
  });
  t.match((await call('GET', '')).json.webhooks, [{ id, state: 'disabled' }, { state: 'active' }]);
  const audited = await node.call('GET', `/api/v1/audit?kind=webhook&id=${id}&action=webhook.disable`);
  t.match(audited.json.entries, [{ actor: 'system', after: { origin: new URL(receiver.url).origin } }]);
  t.notMatch(audited.text, '/hook', 'without the path of the URL');
  const refused = await call('POST', `/${id}/pause`);
  t.match(refused, { status: 409, json: { code: 'TRANSITION_REFUSED', state: 'disabled', possible: ['resume'] } });
  receiver.behave(take);
  t.match((await call('POST', `/${id}/resume`)).json, { state: 'active', failingSince: null });
  t.equal((await until(() => settled(id, 'delivered'))).length, 2);
});

t.test('a receiver that says it is gone is not asked again', async (t) => {
  const receiver = await startReceiver(t, answer(410));
  const { id } = await hooked(t, receiver.url);
  await tell(1);
  await until(async () => (await call('GET', '')).json.webhooks[0].state === 'disabled');
  t.match((await deliveriesOf(id)).at(-1).attempts, [{ status: 410 }]);
});

t.test('paused, nothing is sent; what came meanwhile is sent in its order', async (t) => {
  const receiver = await startReceiver(t);
  const awake = await startReceiver(t);
  const { id } = await hooked(t, receiver.url);
  const { id: other } = await hooked(t, awake.url);
  t.match((await call('POST', `/${id}/pause`)).json, { state: 'paused' });
  await tell(1, 2, 3);
  await until(() => settled(other, 'delivered'));
  t.strictSame(receiver.messages, []);
  await call('POST', `/${id}/resume`);
  await until(() => settled(id, 'delivered'));
  t.strictSame(numbersOf(receiver.messages), [1, 2, 3]);
});

t.test('after a rotation a message is signed with both secrets, for a day', async (t) => {
  const receiver = await startReceiver(t);
  const { id, secret: former } = await hooked(t, receiver.url);
  const { secret } = (await call('POST', `/${id}/rotate`)).json;
  t.not(secret, former);
  await call('POST', `/${id}/test`);
  const message = receiver.messages[0] as Received;
  t.strictSame(message.signature.split(' '), [signatureOf(secret, message), signatureOf(former, message)]);
  t.match(JSON.parse(message.body), { type: 'webhook.test', data: { webhook: id } });
});
