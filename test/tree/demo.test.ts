import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import t from 'tap';
import { request } from 'undici';
import { pciRegistry } from '../../src/demo/data/pci/registry.ts';
import type { DemoNode } from '../../src/demo/start-demo.ts';
import { until } from '../resolve/until.ts';
import { callUrl } from '../support/call.ts';
import { buildKapok } from './build-kapok.ts';
import {
  type DemoProcess,
  demoFolder,
  findPostmaster,
  isAlive,
  isListening,
  startDemoProcess,
} from './demo-process.ts';
import { startNodeFromFile } from './node-process.ts';

/** What a node takes by default for a whole request, and what a busy machine may add. */
const DEADLINE = 5_000 + 1_000;
const PLANT = '88.101.1001';
/** Rows: many times what is acknowledged when the database server is killed. */
const IMPORTED = 50_000;
const chassis = (number: string) => `${PLANT}/CHASSIS-${number}`;

t.setTimeout(600_000);

t.test('the demo tree', async (t) => {
  const main = await buildKapok();
  const folder = await demoFolder(t);
  let demo: DemoProcess;
  const get = (node: DemoNode, path: string) => callUrl('GET', `${node.url}/api/handles/${path}`);
  const resolve = async (node: DemoNode, identifiers: readonly string[], more: object = {}) => {
    const { json, text } = await callUrl('POST', `${node.url}/api/resolve`, { body: { identifiers, ...more } });
    if (!Array.isArray(json?.answers)) throw new Error(text);
    return json.answers as { code: string; handle: string; stale?: number }[];
  };
  /** The same of many: a busy node refuses some for the moment, and has the others in memory when it is asked again. */
  const resolveMany = (node: DemoNode, identifiers: readonly string[], more: object = {}) =>
    until(async () => {
      const answers = await resolve(node, identifiers, more);
      return answers.every(({ code }) => code !== 'OVERLOADED') && answers;
    });
  const top = () => demo.node('88');
  const known: string[] = [];

  t.test('is ready, and tells its owner alone where it is', async (t) => {
    demo = await startDemoProcess(t.parent as typeof t, { folder, main });
    t.equal((await stat(join(folder, 'demo.json'))).mode & 0o777, 0o600);
    t.match(demo.nodes[0], { prefix: '88', role: 'top' });
    t.equal(demo.nodes.filter(({ role }) => role === 'industry').length, 8);
    t.ok(demo.nodes.filter(({ role }) => role === 'enterprise').length >= 3);
    for (const { pid, url, operatorToken } of demo.nodes) {
      t.ok(isAlive(pid));
      t.match(url, /^http:\/\/127\./);
      t.match(operatorToken, /^kapok_[A-Za-z0-9_-]{43}$/);
    }
    t.equal(new Set(demo.nodes.map(({ operatorToken }) => operatorToken)).size, demo.nodes.length);
  });

  t.test('88.106 answers for every device of the PCI registry', async (t) => {
    const identifiers = Array.from(pciRegistry('88.106').rows(), (row) => row.identifier);
    let found = 0;
    for (let i = 0; i < identifiers.length; i += 1_000) {
      const answers = await resolveMany(demo.node('88.106'), identifiers.slice(i, i + 1_000));
      found += answers.filter(({ code }) => code === 'FOUND').length;
    }
    t.equal(found, identifiers.length);
    t.ok(found > 14_000, `${found} devices`);
  });

  t.test('the top node answers for a device, and shows the way to it', async (t) => {
    const { status, json } = await get(top(), '88.106.32902/1533');
    t.equal(status, 200);
    t.match(json, { responseCode: 1, handle: '88.106.32902/1533' });
    t.match(
      json.values.map(({ type, data }: { type: string; data: { value: string } }) => `${type}: ${data.value}`),
      [/^NAME: /, 'VENDOR: Intel Corporation', 'VENDOR_ID: 8086', 'DEVICE_ID: 1533'],
    );
    const way = async (path: string) => {
      const { json } = await get(top(), `${path}?explain=true&auth=true`);
      return json.trace.map(({ node, outcome }: { node: string; outcome: string }) => `${node} ${outcome}`);
    };
    t.same(await way('88.106.32902/1533'), ['88 referral', '88.106 found']);
    const [first = ''] = await plantIdentifiers(demo.node(PLANT));
    t.same(await way(encodeURIComponent(first)), ['88 referral', '88.101 referral', `${PLANT} found`]);
  });

  t.test('what an enterprise registers is found at the top, while the rest is still on its way', async (t) => {
    const plant = demo.node(PLANT);
    const body = { identifier: `${PLANT}/SEARCHED`, values: [{ index: 1, type: 'NAME', data: '示例木棉底盘' }] };
    const { status } = await callUrl('POST', `${plant.url}/api/v1/identifiers`, { body, token: plant.operatorToken });
    t.equal(status, 201);
    const begun = performance.now();
    const query = `${top().url}/api/v1/search?q=${encodeURIComponent('木棉底盘')}`;
    await until(async () => (await callUrl('GET', query)).text.includes(`${PLANT}/SEARCHED`), 60_000);
    t.comment(`after ${Math.round(performance.now() - begun)} ms`);
  });

  t.test('an enterprise node that is killed leaves stale answers and honest failures', async (t) => {
    const [first = '', second = ''] = await plantIdentifiers(demo.node(PLANT));
    known.push(first, second);
    t.equal((await get(top(), encodeURIComponent(first))).status, 200);
    process.kill(demo.node(PLANT).pid, 'SIGKILL');
    const stale = await until(async () => {
      const answer = await get(top(), encodeURIComponent(first));
      return answer.headers['kapok-stale'] !== undefined && answer;
    });
    t.equal(stale.status, 200);
    t.match(stale.json, { responseCode: 1, handle: first, stale: Number });
    const begun = performance.now();
    const failed = await get(top(), encodeURIComponent(second));
    t.ok(performance.now() - begun < DEADLINE);
    t.equal(failed.status, 502);
    t.match(failed.json, { code: 'UPSTREAM_UNREACHABLE', responseCode: 601, handle: second });
    t.match(await resolve(top(), [first, second]), [
      { code: 'FOUND', stale: Number },
      { code: 'UPSTREAM_UNREACHABLE' },
    ]);
    t.equal((await get(top(), '88.106.32902/1533')).status, 200, 'the rest of the tree goes on');
  });

  t.test('it is started again by hand, and everything is fresh', async (t) => {
    const source = { envFile: join(folder, `${PLANT}.env`), program: [main] };
    const node = await startNodeFromFile(t.parent as typeof t, source);
    t.equal(node.url, demo.node(PLANT).url, 'at its old place');
    for (const identifier of known) {
      const fresh = await until(async () => {
        const answer = await get(top(), encodeURIComponent(identifier));
        return answer.status === 200 && answer.headers['kapok-stale'] === undefined && answer;
      });
      t.notMatch(fresh.json, { stale: Number });
    }
  });

  t.test('its database server is killed in the middle of an import, and no acknowledged row is missing', async (t) => {
    const plant = demo.node(PLANT);
    const acknowledged: string[] = [];
    const postmaster = await findPostmaster(folder);
    if (postmaster === null) throw new Error('there is no postmaster');
    const restarted = async () => {
      const pid = await findPostmaster(folder);
      return pid !== null && pid !== postmaster && performance.now();
    };
    let backAt: Promise<number> | undefined;
    let ending: { state?: string; rows?: number } = {};
    for await (const row of importRows(plant, IMPORTED)) {
      if ('state' in row) ending = row;
      if (row.outcome === 'created') acknowledged.push(row.identifier);
      if (acknowledged.length !== 6_001 || backAt !== undefined) continue;
      process.kill(postmaster, 'SIGKILL');
      backAt = until(restarted);
    }
    t.match(ending, { state: 'done', rows: IMPORTED }, 'the import goes on when the server is back');
    t.ok(performance.now() > ((await backAt) ?? Number.POSITIVE_INFINITY), 'it was not over before');
    t.equal(acknowledged.length, IMPORTED);
    const missing: string[] = [];
    for (let i = 0; i < acknowledged.length; i += 1_000) {
      const answers = await resolveMany(plant, acknowledged.slice(i, i + 1_000), { auth: true });
      missing.push(...answers.filter(({ code }) => code !== 'FOUND').map(({ code, handle }) => `${handle} ${code}`));
    }
    t.same(missing.slice(0, 5), []);
    t.equal((await get(top(), chassis(`import-${IMPORTED - 1}`))).status, 200, 'also through the top');
  });

  t.test('its nodes end by themselves when it is killed', async () => {
    await demo.end('SIGKILL');
    await until(() => demo.nodes.every(({ pid }) => !isAlive(pid)));
  });

  t.test('the next start finds everything again', async (t) => {
    const before = demo;
    demo = await startDemoProcess(t.parent as typeof t, { folder, main });
    t.equal((await get(top(), '88.106.32902/1533')).headers.etag, '"1"', 'the data is there: nothing was loaded anew');
    const tokens = ({ nodes }: DemoProcess) => nodes.map(({ prefix, operatorToken }) => `${prefix} ${operatorToken}`);
    t.same(tokens(demo), tokens(before));
    t.match(
      await resolve(top(), ['88.106.32902/1533', ...known, chassis('import-0'), chassis(`import-${IMPORTED - 1}`)]),
      [{ code: 'FOUND' }, { code: 'FOUND' }, { code: 'FOUND' }, { code: 'FOUND' }, { code: 'FOUND' }],
    );
  });

  t.test('Ctrl-C stops everything that it started', async (t) => {
    const postmaster = await findPostmaster(folder);
    await demo.end('SIGINT');
    t.equal(demo.child.exitCode, 0);
    for (const { prefix, pid, url } of demo.nodes) {
      t.notOk(isAlive(pid), `the process of ${prefix}`);
      t.notOk(await isListening(url), `the port of ${prefix}`);
    }
    t.ok(postmaster !== null && !isAlive(postmaster), 'the database server');
    const databaseUrl = /DATABASE_URL=(\S+)/.exec(await readFile(join(folder, '88.env'), 'utf8'))?.[1] ?? '';
    t.notOk(await isListening(databaseUrl.replace('postgres:', 'http:')));
  });
});

/** What the demo's vehicle plant was given. */
async function plantIdentifiers({ prefix }: DemoNode): Promise<string[]> {
  const { demoPlan } = await import('../../src/demo/data/plan.ts');
  const plan = demoPlan().find((item) => item.prefix === prefix);
  return Array.from(plan?.rows() ?? [], (row) => row.identifier);
}

interface ImportLine {
  readonly identifier: string;
  readonly outcome?: string;
  readonly state?: string;
  readonly rows?: number;
}

/** Imports rows; yields each line of the results as it comes, and at the end the job. */
async function* importRows(node: DemoNode, count: number): AsyncGenerator<ImportLine> {
  function* lines() {
    for (let i = 0; i < count; i++) {
      const values = [{ index: 1, type: 'NAME', data: `imported chassis ${i}` }];
      yield `${JSON.stringify({ identifier: chassis(`import-${i}`), values })}\n`;
    }
  }
  const authorization = `Bearer ${node.operatorToken}`;
  const taken = await request(`${node.url}/api/v1/imports`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
    body: Readable.from(lines()),
    headersTimeout: 60_000,
  });
  const { id } = (await taken.body.json()) as { id: string };
  const follow = { headers: { authorization }, bodyTimeout: 60_000 };
  const { body } = await request(`${node.url}/api/v1/imports/${id}/results?follow=true`, follow);
  for await (const line of createInterface({ input: body })) yield JSON.parse(line) as ImportLine;
  const ended = await request(`${node.url}/api/v1/imports/${id}`, follow);
  yield (await ended.body.json()) as ImportLine;
}
