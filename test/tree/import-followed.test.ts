import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const ROWS = 30_000;
/** Longer than several looks of those who follow, in milliseconds. */
const AWAY = 2_000;

t.setTimeout(600_000);

t.test('who follows an import stays while its database is away, and reads on to the end', async (t) => {
  const databases = await startDatabases(t);
  const proxy = await startTcpProxy(t, await databases.create());
  const node = await startTestNode(t, { KAPOK_PREFIX: '88.106', DATABASE_URL: proxy.url });
  const line = (n: number) => `${JSON.stringify({ identifier: `88.106/row${n}`, values: [] })}\n`;
  const body = Array.from({ length: ROWS }, (_, n) => line(n)).join('');
  const taken = await node.call('POST', '/api/v1/imports', {
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const path = String(taken.headers.location);
  const results = node.call('GET', `${path}/results?follow=true`);
  const failed = node.call('GET', `${path}/results?follow=true&results=failed`);
  const events = node.call('GET', `${path}/events`);
  await until(async () => (await node.call('GET', path)).json.rows > 0);

  await proxy.cut();
  const cut = Date.now();
  await until(async () => (await node.call('GET', path)).status === 503 && Date.now() - cut > AWAY);
  await proxy.mend();
  const { text } = await results;
  const lines = text.trimEnd().split('\n');
  t.equal(lines.length, ROWS);
  t.strictSame(
    lines.filter((line, n) => JSON.parse(line).line !== n + 1),
    [],
    'each row has one result, in its place',
  );
  t.match((await events).text, /\nevent: done\ndata: .*"rows":30000\b.*\n\n$/);
  t.equal((await failed).text, '');
  t.match((await node.call('GET', path)).json, { state: 'done', created: ROWS });
});
