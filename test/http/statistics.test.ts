import t from 'tap';
import { chinaDayOf } from '../../src/governance/statistics/china-day.ts';
import { sourceNetwork } from '../../src/http/peer.ts';
import { runKapok } from '../cli/run-kapok.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode, type TestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const settings = { KAPOK_PREFIX: '88.102', KAPOK_ROLE: 'industry', DATABASE_URL: await databases.create() };

/** What one node counts it stores when it is closed; another one on the same database tells of it. */
async function counted(work: (node: TestNode) => Promise<unknown>): Promise<TestNode> {
  const node = await startTestNode(t, settings);
  await work(node);
  await node.close();
  return startTestNode(t, settings);
}

const day = chinaDayOf(Date.now());
const values = [{ index: 1, type: 'NAME', data: 'bearing' }];

/** Of the plain resolutions. */
const statuses: number[] = [];

const node = await counted(async (node) => {
  await node.call('PUT', '/api/v1/prefixes/88.102.5', { body: {} });
  await node.call('PUT', '/api/v1/prefixes/88.102.6', { body: {} });
  await node.call('PUT', '/api/v1/prefixes/88.102.7', { body: { url: 'http://127.0.0.1:9', pin: false } });
  for (const name of ['A', 'B', 'C']) await node.call('PUT', `/api/handles/88.102.5/${name}`, { body: values });
  // The first is read from the database, the second found in memory and spelled, the others go by the express lane.
  for (let i = 0; i < 10; i++) statuses.push((await node.get('/api/handles/88.102.5/A')).status);
  statuses.push((await node.get('/api/handles/88.102.5/none')).status);
  statuses.push((await node.get('/api/handles/88.102.99/made-up')).status);
  statuses.push((await node.get('/api/handles/88.102.7/elsewhere')).status);
  const batch = { identifiers: ['88.102.5/A', '88.102.5/B', '88.102.6/none'] };
  await node.call('POST', '/api/resolve', { body: batch, token: null });
  // Whoever may read all is answered beside the caches.
  await node.call('GET', '/api/handles/88.102.5/C');
});

t.test('each resolution counts once, under a prefix that exists, whichever way it is answered', async (t) => {
  t.strictSame(statuses, [...Array(10).fill(200), 404, 404, 300]);
  const { json } = await node.call('GET', '/api/v1/statistics?by=prefix');
  const rows = json.rows.map(
    ({ prefix, found, referral, absent, failed, registered, allotted }: Record<string, number>) => ({
      ...{ prefix, found, referral, absent, failed, registered, allotted },
    }),
  );
  const none = { found: 0, referral: 0, absent: 0, failed: 0, registered: 0, allotted: 0 };
  t.strictSame(rows, [
    { prefix: '88', ...none, allotted: 1 },
    { prefix: '88.102', ...none, absent: 1, allotted: 3 },
    { prefix: '88.102.5', ...none, found: 13, absent: 1, registered: 3 },
    { prefix: '88.102.6', ...none, absent: 1 },
    { prefix: '88.102.7', ...none, referral: 1 },
  ]);
});

t.test('by hour and by day, of a subtree, with how long it took', async (t) => {
  const { json } = await node.call('GET', '/api/v1/statistics?prefix=88.102.5&by=day');
  const sum = (name: string) =>
    json.rows.reduce((all: number, row: Record<string, number>) => all + (row[name] ?? 0), 0);
  t.equal(sum('requests'), 14);
  t.equal(sum('registered'), 3);
  const [row] = json.rows;
  t.ok(
    row.resolving.min > 0 && row.resolving.average >= row.resolving.min && row.resolving.max >= row.resolving.average,
  );
  t.ok(row.registering.max >= row.registering.min && row.registering.min > 0);
  t.match(row.resolving.maxAt, /^\d{4}-.*Z$/);
  const hours = await node.call('GET', '/api/v1/statistics?prefix=88.102.5');
  t.ok(hours.json.rows.length >= 1 && hours.json.rows.length <= 2);
  t.strictSame((await node.call('GET', '/api/v1/statistics?prefix=88.10')).json.rows, [], 'labels, not beginnings');
});

t.test('pages of prefixes go on where they ended', async (t) => {
  const first = await node.call('GET', '/api/v1/statistics?by=prefix&limit=2');
  t.strictSame(
    first.json.rows.map(({ prefix }: { prefix: string }) => prefix),
    ['88', '88.102'],
  );
  t.equal(first.json.next, '88.102');
  const second = await node.call('GET', '/api/v1/statistics?by=prefix&after=88.102');
  t.equal(second.json.rows.length, 3);
  t.notOk('next' in second.json);
});

t.test('the daily report in the tables of the authority', async (t) => {
  const daily = async (table: string) =>
    (await node.call('GET', `/api/v1/reports/daily?table=${table}&day=${day}`)).json;
  const network = '127.0.0.0/24';
  t.match(await daily('T3'), {
    title: '二级节点统计',
    columns: { prefix: '二级前缀', succeeded: '单日解析成功响应量' },
    rows: [
      {
        prefix: '88.102',
        date: day,
        registered: 3,
        total: 3,
        requests: 17,
        succeeded: 14,
        sources: [{ network, requests: 17 }],
      },
    ],
  });
  const { rows } = await daily('T8');
  t.strictSame(rows, [
    {
      prefix: '88.102.5',
      date: day,
      registered: 3,
      total: 3,
      requests: 14,
      succeeded: 13,
      sources: [{ network, requests: 14 }],
    },
    {
      prefix: '88.102.6',
      date: day,
      registered: 0,
      total: 0,
      requests: 1,
      succeeded: 0,
      sources: [{ network, requests: 1 }],
    },
    {
      prefix: '88.102.7',
      date: day,
      registered: 0,
      total: 0,
      requests: 1,
      succeeded: 1,
      sources: [{ network, requests: 1 }],
    },
  ]);
  const [monitored] = (await daily('monitoring')).rows;
  t.ok(monitored.peak >= 1 && monitored.peak <= 17);
  t.ok(monitored.resolvingMax >= monitored.resolvingMin);
  t.match(monitored.peakAt, new RegExp(`^${day} \\d\\d:\\d\\d:\\d\\d$`));
  t.match(monitored.registeringMaxAt, new RegExp(`^${day} `));
});

t.test('as CSV under the headings of the form', async (t) => {
  const { text, headers } = await node.call('GET', `/api/v1/reports/daily.csv?table=T8&day=${day}`);
  t.match(headers['content-type'], 'text/csv');
  const [heading, first, second] = text.split('\r\n');
  t.equal(heading, '企业前缀,日期,单日标识注册量,注册总量,单日解析请求量,单日解析成功响应量,解析来源');
  t.equal(first, `88.102.5,${day},3,3,14,13,127.0.0.0/24:14`);
  t.equal(second, `88.102.6,${day},0,0,1,0,127.0.0.0/24:1`);
  const authorized = { authorization: `Bearer ${OPERATOR_TOKEN}` };
  const raw = await fetch(`${node.url}/api/v1/reports/daily.csv`, { headers: authorized });
  const bytes = Buffer.from(await raw.arrayBuffer());
  t.equal(bytes.subarray(0, 3).toString('hex'), 'efbbbf', 'a byte order mark, for spreadsheets');
  const empty = await node.call('GET', '/api/v1/reports/daily.csv?table=T3&day=2020-02-29');
  t.match(empty.text, /\r\n88\.102,2020-02-29,0,0,0,0,\r\n$/);
});

t.test('the monthly report tells how long the node was up', async (t) => {
  const { json } = await node.call('GET', `/api/v1/reports/monthly?month=${day.slice(0, 7)}`);
  t.equal(json.rows.length, 1, 'no month from before the node was there');
  const [row] = json.rows;
  t.match(row, { month: day.slice(0, 7), effective: null, emergencies: null });
  t.ok(row.availability > 0 && row.availability <= 100, String(row.availability));
  t.ok(row.resolving > 0 && row.registering > 0);
  const { text } = await node.call('GET', `/api/v1/reports/monthly.csv?month=${day.slice(0, 7)}`);
  t.equal(text.split('\r\n').length, 3);
});

t.test('what cannot be asked is refused by name', async (t) => {
  const cases: [path: string, at: string][] = [
    ['/api/v1/statistics?by=minute', 'by'],
    ['/api/v1/statistics?from=yesterday', 'from'],
    ['/api/v1/statistics?from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z', 'from'],
    ['/api/v1/statistics?from=2020-01-01T00:00:00Z', 'from'],
    ['/api/v1/statistics?by=prefix&limit=1001', 'limit'],
    ['/api/v1/reports/daily?day=2026-02-30', 'day'],
    ['/api/v1/reports/daily?table=T99', 'table'],
    ['/api/v1/reports/monthly?month=2026-13', 'month'],
  ];
  for (const [path, at] of cases) {
    const { status, json } = await node.call('GET', path);
    t.match({ status, json }, { status: 400, json: { at } }, path);
  }
});

t.test('the command prints rows, JSON or CSV', async (t) => {
  const kapok = async (...args: string[]) =>
    (await runKapok(args, { KAPOK_URL: node.url, KAPOK_TOKEN: OPERATOR_TOKEN })).out;
  t.match(await kapok('report', 'daily', '--day', day), /二级前缀: 88\.102\n.*单日解析请求量: 17\n/s);
  t.match(await kapok('report', 'daily', '--table', 'T8', '--day', day, '--csv'), /企业前缀.*\r\n88\.102\.5,/);
  t.match(
    await kapok('report', 'stats', '--by', 'prefix'),
    /^88\.102\.5\t14 resolutions, 13 found, 0 failed, 3 registered\t/m,
  );
});

t.test('a network is the /24 of IPv4 and the /48 of IPv6', async (t) => {
  t.equal(sourceNetwork('192.0.2.77'), '192.0.2.0/24');
  t.equal(sourceNetwork('::ffff:192.0.2.77'), '192.0.2.0/24');
  t.equal(sourceNetwork('2001:db8:1:2::5'), '2001:db8:1::/48');
  t.equal(sourceNetwork(undefined), 'local');
});
