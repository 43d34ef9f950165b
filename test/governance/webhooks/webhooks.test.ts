import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { readConfig } from '../../../src/config/config.ts';
import { clearDeliveries } from '../../../src/governance/webhooks/deliveries.ts';
import { RETRY_AFTER, secondsToRetry } from '../../../src/governance/webhooks/retries.ts';
import { startNode } from '../../../src/node.ts';
import { until } from '../../resolve/until.ts';
import { callUrl } from '../../support/call.ts';
import { OPERATOR_TOKEN } from '../../support/node.ts';
import { startReceiver } from '../../support/receiver.ts';
import { openNode } from './open-node.ts';

const lines: string[] = [];
const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });

/** A node that logs all it can. */
const { node, database, organisation, tell, call, add, deliveriesOf } = await openNode(t, async (t, settings) => {
  const defaults = { KAPOK_PORT: '0', KAPOK_RATE_LIMIT: '0', KAPOK_OPERATOR_TOKEN: OPERATOR_TOKEN };
  const running = await startNode(readConfig({ ...defaults, ...settings }), { log: pino({ level: 'trace' }, sink) });
  t.teardown(() => running.close());
  return {
    call: (method: string, path: string, options = {}) =>
      callUrl(method, `${running.url}${path}`, { token: OPERATOR_TOKEN, ...options }),
  };
});

t.test('an endpoint is refused with what is wrong with it', async (t) => {
  const cases: [url: string, message: RegExp][] = [
    ['http://hook.example/', /must begin with https.*; http:.* this machine alone, where KAPOK_WEBHOOK_NETWORKS names/],
    ['ftp://hook.example/', /must begin with https/],
    ['https://user:secret@hook.example/', /hold no password/],
    ['https://hook.example/#part', /no part after a #/],
    ['https://10.0.0.1/', /10\.0\.0\.1 is no public address, and KAPOK_WEBHOOK_NETWORKS of this node does not name/],
    ['https://[::1]/', /::1 is no public address/],
    ['https://169.254.169.254/latest', /no public address/],
    ['no url', /must begin with https/],
  ];
  for (const [url, message] of cases) {
    const { status, json } = await call('POST', '', { organisation: organisation.id, url });
    t.match({ status, json }, { status: 400, json: { code: 'BAD_REQUEST', at: 'url', detail: message } }, url);
  }
  t.strictSame((await call('GET', '')).json.webhooks, []);
});

t.test('only its organisation has a webhook, and whoever runs the node', async (t) => {
  const { id } = await add('https://hook.example/');
  const { json: drafted } = await node.call('POST', '/api/v1/organisations', { token: null, body: { name: '示例二' } });
  const other = { id: drafted.organisation.id as string, token: drafted.token as string };
  const as = (token: string | null, method: string, path: string, body?: object) =>
    node.call(method, `/api/v1/webhooks${path}`, { token, ...(body === undefined ? {} : { body }) });
  const calls = [
    ...['pause', 'resume', 'rotate', 'test'].map((action) => ['POST', `/${id}/${action}`] as const),
    ...[['GET', `/${id}/deliveries`] as const, ['POST', `/${id}/deliveries/${id}/redeliver`] as const],
    ['DELETE', `/${id}`] as const,
  ];
  for (const [method, path] of calls) {
    const refused = await as(other.token, method, path);
    t.equal(refused.status, 403, `${method} ${path}`);
    const unknown = path.replace(id, organisation.id);
    t.strictSame((await as(other.token, method, unknown)).json, refused.json, 'and not told whether there is one');
    t.equal((await as(OPERATOR_TOKEN, method, unknown)).json.code, 'WEBHOOK_NOT_FOUND');
  }
  t.equal(
    (await as(other.token, 'POST', '', { organisation: organisation.id, url: 'https://a.example/' })).status,
    403,
  );
  t.equal((await as(other.token, 'GET', `?organisation=${organisation.id}`)).status, 403);
  t.strictSame((await as(other.token, 'GET', '')).json.webhooks, []);
  const early = await as(other.token, 'POST', '', { organisation: other.id, url: 'https://a.example/' });
  t.match(early, { status: 409, json: { code: 'ORGANISATION_NOT_VERIFIED' } }, 'nobody has checked it');
  t.match((await as(OPERATOR_TOKEN, 'GET', '')).json.webhooks, [{ id }]);
  t.strictSame((await call('DELETE', `/${id}`)).json, { id, removed: true });
  t.equal((await as(OPERATOR_TOKEN, 'DELETE', `/${id}`)).status, 404);
});

t.test('an organisation has ten at most', async (t) => {
  const made = [];
  for (let n = 0; n < 10; n++) made.push(await add(`https://hook${n}.example/`));
  const { json } = await call('POST', '', { organisation: organisation.id, url: 'https://hook10.example/' });
  t.match(json, { detail: /at most 10 webhooks/ });
  for (const { id } of made) await call('DELETE', `/${id}`);
});

t.test('the secret is shown once, and is in no log, answer or column', async (t) => {
  lines.length = 0;
  const receiver = await startReceiver(t, (response) => void response.writeHead(500).end());
  const { id, secret: former } = await add(receiver.url);
  const { secret } = (await call('POST', `/${id}/rotate`)).json;
  await tell(1);
  await until(async () => (await deliveriesOf(id))[0]?.attempts.length === 1);
  await call('POST', `/${id}/test`);
  await call('POST', `/${id}/pause`);
  const texts = [
    (await call('GET', '')).text,
    (await call('GET', `/${id}/deliveries`)).text,
    (await call('POST', `/${id}/resume`)).text,
    (await node.call('GET', '/api/v1/notices')).text,
    (await node.call('GET', '/api/v1/audit?limit=1000')).text,
    receiver.messages.map((message) => JSON.stringify(message)).join(),
    lines.join(''),
  ];
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables)
    texts.push(JSON.stringify(await database.query(`select t::text as row from "${name}" as t`)));
  const all = texts.join('\n');
  for (const word of ['webhook.rotate', 'webhook.create', id, 'a notice could not be sent'])
    t.ok(all.includes(word), `it has been looked where it could be: ${word}`);
  for (const one of [secret, former]) {
    const bytes = Buffer.from(one.slice('whsec_'.length), 'base64');
    for (const form of [bytes.toString('base64').slice(0, 43), bytes.toString('hex'), bytes.toString('base64url')])
      t.notOk(all.includes(form));
    t.notOk(all.includes(Buffer.from(one).toString('hex')));
  }
  await call('DELETE', `/${id}`);
});

t.test('the attempts of a delivery lie further and further apart, over about a day, and not all alike', async (t) => {
  const sum = RETRY_AFTER.reduce((total, one) => total + one, 0);
  t.ok(sum > 20 * 3_600 && sum < 26 * 3_600, `${sum} s`);
  t.strictSame(
    [...RETRY_AFTER].sort((a, b) => a - b),
    RETRY_AFTER,
  );
  for (const [i, seconds] of RETRY_AFTER.entries()) {
    t.equal(
      secondsToRetry(i + 1, () => 0.5),
      seconds,
    );
    t.equal(
      secondsToRetry(i + 1, () => 0),
      seconds * 0.8,
    );
  }
  t.equal(
    secondsToRetry(RETRY_AFTER.length + 1, () => 0),
    null,
  );
});

t.test('deliveries are kept for 30 days', async (t) => {
  const receiver = await startReceiver(t);
  const { id } = await add(receiver.url);
  await tell(1, 2);
  await until(() => receiver.messages.length === 2);
  const old = `update webhook_deliveries set created_at = now() - interval '30 days 1 minute'
    where seq = (select min(seq) from webhook_deliveries)`;
  await database.query(old);
  t.equal(await clearDeliveries(database, new Date()), 1);
  t.match(await deliveriesOf(id), [{ kind: 'sample' }]);
  t.equal((await deliveriesOf(id)).length, 1);
});
