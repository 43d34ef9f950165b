import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { startTestNode, type TestNode } from '../support/node.ts';
import { grantFeed, readNames } from './mirrored.ts';
import { putPrefix } from './start-tree.ts';

const PREFIX = '88.101.5';
const COUNT = 1_000;

const databases = await startDatabases(t);
const start = async (role: string, prefix: string) =>
  startTestNode(t, { KAPOK_ROLE: role, KAPOK_PREFIX: prefix, DATABASE_URL: await databases.create() });
const top = await start('top', '88');
const industry = await start('industry', '88.101');
const own = await start('enterprise', PREFIX);
const other = await start('enterprise', '88.101.9');
await putPrefix(top, '88.101', { url: industry.url });
await putPrefix(industry, PREFIX, {});
await grantFeed(industry, own);

const values = (n: number, text: string) => [
  { index: 1, type: 'NAME', data: text },
  { index: 2, type: 'COST', data: String(n), permissions: '1100' },
];
const lines = (text: string, count: number) =>
  Array.from(
    { length: count },
    (_, n) => `${JSON.stringify({ identifier: `${PREFIX}/P${n}`, values: values(n, text) })}\n`,
  );
await importFile(industry, lines('first', COUNT).join(''));

const template = { template: `${PREFIX}/part`, items: [{ index: 2000, type: 'serial', kind: 'text', unique: true }] };
const following = (serial: string) => [
  { index: 1000, type: 'TEMPLATE_ID', data: `${PREFIX}/part` },
  { index: 1001, type: 'TEMPLATE', data: '1' },
  { index: 2000, type: 'serial', data: serial },
];
const post = (node: TestNode, path: string, body: unknown) => node.call('POST', path, { body });
await post(industry, '/api/v1/templates', template);
await post(industry, '/api/v1/identifiers', { identifier: `${PREFIX}/unique`, values: following('S-1') });
await post(industry, '/api/v1/computed', {
  prefix: PREFIX,
  pattern: 'SN{counter:6}',
  values: values(0, 'computed {suffix}'),
});
const minted = await post(industry, '/api/v1/identifiers', {
  prefix: PREFIX,
  pattern: 'M{counter:4}',
  values: values(0, 'minted'),
});
await industry.call('DELETE', `/api/v1/identifiers/${PREFIX}/P7?successor=${PREFIX}/P8`);
await industry.call('POST', `/api/v1/files?prefix=${PREFIX}&name=a.txt&public=true`, {
  ...{ body: 'a file', headers: { 'content-type': 'text/plain' } },
});

/** Reads at the top, and writes at whichever node takes it, until it is told to stop. */
class Traffic {
  readonly problems: string[] = [];
  reads = 0;
  writes = 0;
  held = 0;
  #stopped = false;
  readonly #seen = new Map<string, number>();
  readonly #acknowledged = new Map<string, number>();
  readonly #ended: Promise<unknown>;

  constructor() {
    this.#ended = Promise.all([this.#read(0), this.#read(1), this.#write()]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
    for (const [name, version] of this.#acknowledged) {
      const { headers } = await top.call('GET', `/api/handles/${PREFIX}/${name}?auth=true`);
      if (headers.etag !== `"${version}"`)
        this.problems.push(`${name}: ${version} was acknowledged, ${headers.etag} is there`);
    }
  }

  async #read(offset: number): Promise<void> {
    for (let n = offset; !this.#stopped; n += 2) {
      const name = n % 3 === 0 ? `P${100 + (n % 20)}` : `P${100 + (n % (COUNT - 100))}`;
      const { status, headers, text } = await top.get(`/api/handles/${PREFIX}/${name}`);
      const version = Number(String(headers.etag).slice(1, -1));
      if (status !== 200) this.problems.push(`${name}: ${status} ${text}`);
      else if (version < (this.#seen.get(name) ?? 0)) this.problems.push(`${name}: back to ${version}`);
      else this.#seen.set(name, version);
      this.reads++;
    }
  }

  async #write(): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const name = `P${100 + (n % 20)}`;
      for (const node of [industry, own]) {
        const body = values(n, `written ${n}`);
        const path = `/api/v1/identifiers/${PREFIX}/${name}`;
        const { status, json, headers, text } = await node.call('PUT', path, {
          body: { values: body },
          headers: { 'if-match': '*' },
        });
        if (status === 200) {
          this.#acknowledged.set(name, json.version);
          this.writes++;
        } else if (json?.code === 'PREFIX_MOVING' && headers['retry-after'] === '2') this.held++;
        else if (!['NOT_RESPONSIBLE', 'VERSION_MISMATCH'].includes(json?.code))
          this.problems.push(`write of ${name}: ${status} ${text}`);
      }
      await setTimeout(10);
    }
  }
}

async function move(from: TestNode, to: TestNode): Promise<void> {
  const offered = await post(from, '/api/v1/moves', { prefix: PREFIX, url: to.url });
  t.equal(offered.status, 201, offered.text);
  const begun = await post(to, '/api/v1/moves/pull', { prefix: PREFIX, url: from.url });
  t.equal(begun.status, 202, begun.text);
  await until(async () => {
    const { json } = await to.call('GET', `/api/v1/moves/${PREFIX}`);
    if (json.state === 'failed') t.fail(json.error);
    return json.state === 'done' || json.state === 'failed';
  });
  const [there, here] = await Promise.all([from, to].map((node) => node.call('GET', `/api/v1/moves/${PREFIX}`)));
  t.match(there?.json, { side: 'source', state: 'done', identifiers: COUNT + 2 }, 'all is counted');
  t.match(here?.json, { side: 'target', state: 'done', error: null });
}

const historyOf = async (node: TestNode, name: string) =>
  (await node.call('GET', `/api/v1/history/${PREFIX}/${name}`)).json;

t.test('a hosted prefix moves to its own node, and back, and there again', async (t) => {
  const before = await historyOf(industry, 'P7');
  t.equal(before.versions.length, 2);

  for (const [i, [from, to]] of [
    [industry, own],
    [own, industry],
    [industry, own],
  ].entries() as Iterable<[number, [TestNode, TestNode]]>) {
    const traffic = new Traffic();
    await until(() => traffic.writes > 5);
    await move(from, to);
    const written = traffic.writes;
    await until(() => traffic.writes > written + 5);
    await traffic.stop();
    t.strictSame(
      traffic.problems.slice(0, 5),
      [],
      `move ${i}: ${traffic.reads} reads and ${traffic.writes} writes go well`,
    );
    t.ok(traffic.reads > 20);

    t.strictSame(await historyOf(to, 'P7'), before, 'the history is kept, with who and when');
    t.equal((await to.get(`/api/handles/${PREFIX}/P100`)).status, 200, 'answered by the new node itself');
    t.equal((await from.get(`/api/handles/${PREFIX}/P100?recursive=false`)).status, 300, 'referred to by the former');
    t.match((await post(from, '/api/v1/identifiers', { identifier: `${PREFIX}/late`, values: [] })).json, {
      code: String,
    });
  }
});

t.test('with its templates, unique texts, computed records, files and counters', async (t) => {
  t.equal((await own.get(`/api/v1/templates/${PREFIX}/part`)).status, 200);
  const again = await post(own, '/api/v1/identifiers', { identifier: `${PREFIX}/twice`, values: following('S-1') });
  t.match({ status: again.status, code: again.json.code }, { status: 409, code: 'VALUE_NOT_UNIQUE' });
  t.match((await top.get(`/api/handles/${PREFIX}/SN000042`)).json.values[0].data, { value: 'computed SN000042' });
  t.equal(minted.json.identifier, `${PREFIX}/M0001`);
  const next = await post(own, '/api/v1/identifiers', {
    prefix: PREFIX,
    pattern: 'M{counter:4}',
    values: values(0, 'minted'),
  });
  t.equal(next.json.identifier, `${PREFIX}/M0002`);
  const { json } = await own.call('POST', `/api/v1/files?prefix=${PREFIX}&name=b.txt`, {
    ...{ body: 'a file', headers: { 'content-type': 'text/plain' } },
  });
  t.match(json, { name: 'a.txt', public: true }, 'the same file, known already');
});

t.test('what is searched at the node above is what the new node tells', async (t) => {
  await until(async () => {
    const names = await readNames(industry);
    return names.includes(`${PREFIX}/M0002`) && names.filter((name) => name === `${PREFIX}/P1`).length === 1;
    // A node that could not be followed while it did not answer for the prefix yet is asked again after up to 30 s.
  }, 60_000);
  t.pass();
});

t.test('only who was offered it takes it over, and only once', async (t) => {
  const stranger = await post(other, '/api/v1/moves/pull', { prefix: PREFIX, url: own.url });
  t.match({ status: stranger.status, code: stranger.json.code }, { status: 400, code: 'NOT_RESPONSIBLE' });
  for (const path of ['settings', 'digests'])
    t.match(
      (await industry.call('GET', `/api/v1/moves/${PREFIX}/${path}`)).json,
      { code: 'MOVE_NOT_FOUND' },
      'nor its operator',
    );
  const gone = await post(industry, '/api/v1/moves', { prefix: PREFIX, url: own.url });
  t.match(
    { status: gone.status, code: gone.json.code },
    { status: 400, code: 'NOT_RESPONSIBLE' },
    'it is not here any more',
  );
});

t.test('a node with identifiers of its own takes over nothing in their place', async (t) => {
  await putPrefix(industry, '88.101.9', {});
  await post(industry, '/api/v1/identifiers', { identifier: '88.101.9/here', values: values(1, 'x') });
  await post(other, '/api/v1/identifiers', { identifier: '88.101.9/there', values: values(1, 'x') });
  await post(industry, '/api/v1/moves', { prefix: '88.101.9', url: other.url });
  const refused = await post(other, '/api/v1/moves/pull', { prefix: '88.101.9', url: industry.url });
  t.match({ status: refused.status, code: refused.json.code }, { status: 409, code: 'PREFIX_IN_USE' });
  const cancelled = await industry.call('DELETE', '/api/v1/moves/88.101.9');
  t.match(cancelled.json, { state: 'cancelled' });
  t.equal(
    (await post(industry, '/api/v1/identifiers', { identifier: '88.101.9/on', values: values(1, 'x') })).status,
    201,
  );
});
