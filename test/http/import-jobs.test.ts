import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { importFile } from '../support/import-file.ts';
import { startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const folder = await mkdtemp(join(tmpdir(), 'kapok-files-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const settings = {
  KAPOK_PREFIX: '88.106',
  DATABASE_URL: url,
  KAPOK_IMPORT_DIR: join(folder, 'inbox'),
  KAPOK_DATA_DIR: folder,
};
await mkdir(settings.KAPOK_IMPORT_DIR);
const node = await startTestNode(t, settings);
const state = openState(t, url);

const HEADERS = { 'content-type': 'application/x-ndjson' };
const lineOf = (name: string, data = 'x') =>
  `${JSON.stringify({ identifier: `88.106/${name}`, values: [{ index: 1, type: 'NAME', data }] })}\n`;
const fileOf = (count: number, name: string) => Array.from({ length: count }, (_, i) => lineOf(`${name}${i}`)).join('');

async function begin(body: string, token?: string): Promise<string> {
  const credential = token === undefined ? {} : { token };
  const answer = await node.call('POST', '/api/v1/imports', { body, headers: HEADERS, ...credential });
  return String(answer.headers.location);
}

async function tokenAt(scope: string): Promise<{ id: string; token: string }> {
  return (await node.call('POST', '/api/v1/tokens', { body: { scope, label: 'importer' } })).json;
}

t.test('a dry run says what would become of each row, and changes nothing', async (t) => {
  await importFile(node, lineOf('there') + lineOf('gone'));
  await node.call('DELETE', '/api/v1/identifiers/88.106/gone');
  const before = await state.read();
  // The second time a name comes, in the same chunk or in a later one, it finds what the first one would have left.
  const filler = fileOf(6000, 'dry');
  const file = `${lineOf('there')}${lineOf('gone')}${lineOf('new')}${lineOf('new')}{"identifier":\n${filler}${lineOf('NEW')}${lineOf('gone')}`;
  for (const [query, expected] of [
    ['?dryRun=true', { created: 6001, replaced: 5, failed: 1 }],
    ['?dryRun=true&overwrite=false', { created: 6001, replaced: 1, failed: 5 }],
  ] as const) {
    const { job, lines } = await importFile(node, file, { query });
    t.match(job, { state: 'done', dryRun: true, ...expected }, query);
    t.equal(lines.length, 6007);
    t.strictSame(await state.read(), before);
    const real = await databases.create();
    const other = await startTestNode(t, { KAPOK_PREFIX: '88.106', DATABASE_URL: real });
    await importFile(other, lineOf('there') + lineOf('gone'));
    await other.call('DELETE', '/api/v1/identifiers/88.106/gone');
    const wet = await importFile(other, file, { query: query.replace('dryRun=true', 'dryRun=false') });
    t.strictSame(lines, wet.lines, 'it is what becomes of them without it');
  }
});

t.test('an import that is cancelled stops after the rows under way, which stay', async (t) => {
  const before = await state.read();
  const path = await begin(fileOf(40_000, 'cancelled'));
  await until(async () => (await node.call('GET', path)).json.rows > 0);
  const { status, json } = await node.call('DELETE', path);
  t.match({ status, json }, { status: 200, json: { cancelling: true } });
  await until(async () => (await node.call('GET', path)).json.state === 'cancelled');
  const { json: job } = await node.call('GET', path);
  t.ok(job.created > 0 && job.created < 40_000, `${job.created} rows`);
  t.equal(((await state.read()).identifiers ?? 0) - (before.identifiers ?? 0), job.created);
  const { text } = await node.call('GET', `${path}/results?follow=true`);
  t.equal(text.trimEnd().split('\n').length, job.rows);
  t.match((await node.call('DELETE', path)).json, { state: 'cancelled', rows: job.rows }, 'once more changes nothing');
});

t.test('jobs run one after the other, and one that waits is cancelled at once', async (t) => {
  const first = await begin(fileOf(20_000, 'first'));
  const second = await begin(lineOf('second'));
  t.match((await node.call('DELETE', second)).json, { state: 'cancelled', rows: 0 });
  await until(async () => (await node.call('GET', first)).json.state === 'done');
  t.equal((await node.get('/api/handles/88.106/second')).status, 404);
});

t.test('of an import that has ended the results are kept, and what was sent is not', async (t) => {
  const path = await begin(`${lineOf('sent')}{"identifier":\n`);
  const cancelled = await begin(fileOf(20_000, 'sent'));
  await node.call('DELETE', cancelled);
  await until(async () => (await node.call('GET', cancelled)).json.state === 'cancelled');
  const files = () => readdir(join(folder, 'imports'));
  await until(async () => !(await files()).some((name) => /\.(rows|part)$/.test(name)));
  t.ok((await files()).includes(`${path.slice(-36)}.results`));
  t.equal((await node.call('GET', `${path}/results`)).text.trimEnd().split('\n').length, 2);
});

t.test('an import whose token is revoked meanwhile fails with the reason; what was in stays', async (t) => {
  const { id, token } = await tokenAt('88.106');
  const path = await begin(fileOf(40_000, 'revoked'), token);
  await until(async () => (await node.call('GET', path)).json.rows > 0);
  await node.call('DELETE', `/api/v1/tokens/${id}`);
  await until(async () => (await node.call('GET', path)).json.state === 'failed');
  const { json: job } = await node.call('GET', path);
  t.match(job, { error: { code: 'INVALID_CREDENTIAL', message: /expired or revoked/ } });
  t.ok(job.created > 0 && job.created < 40_000);
  t.equal((await node.call('GET', path, { token })).status, 401);
});

t.test('the events tell how far it is, and end with how it ended', async (t) => {
  const path = await begin(fileOf(10_000, 'told'));
  const { headers, text } = await node.call('GET', `${path}/events`, { headers: { 'last-event-id': '7' } });
  t.match(headers, { 'content-type': /^text\/event-stream/, 'cache-control': 'no-store' });
  const events = text.trimEnd().split('\n\n');
  const rows = events.map((event, i) => {
    const [, id, name, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(event) ?? [];
    t.equal(Number(id), i + 1);
    t.equal(name, i === events.length - 1 ? 'done' : 'progress');
    return JSON.parse(data ?? '{}').rows;
  });
  t.strictSame(
    rows,
    [...rows].sort((a, b) => a - b),
    'it only grows',
  );
  t.equal(rows.at(-1), 10_000);
  const again = await node.call('GET', `${path}/events`);
  t.match(again.text, /^id: 1\nevent: done\ndata: .*\n\n$/, 'of one that is over there is only the end');
});

t.test('only who may register where its owner could sees an import', async (t) => {
  for (const prefix of ['88.106.1', '88.106.2']) await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
  const [one, other] = [await tokenAt('88.106.1'), await tokenAt('88.106.2')];
  const path = await begin('{"identifier":"88.106.1/x","values":[]}\n', one.token);
  const listed = async (token: string) => (await node.call('GET', '/api/v1/imports', { token })).json.imports;
  t.match(await listed(one.token), [{ actor: one.id }]);
  t.strictSame(await listed(other.token), []);
  for (const [method, below] of [
    ['GET', ''],
    ['GET', '/events'],
    ['GET', '/results'],
    ['DELETE', ''],
  ] as const) {
    const hidden = await node.call(method, `${path}${below}`, { token: other.token });
    t.match(hidden, { status: 404, json: { code: 'IMPORT_NOT_FOUND' } }, `${method} ${below}`);
    const absent = await node.call(method, `/api/v1/imports/none${below}`, { token: other.token });
    t.match(absent, { status: 404, json: { code: 'IMPORT_NOT_FOUND' } });
  }
});

t.test('a file of the machine is imported by its name, and nothing outside its folder', async (t) => {
  const inbox = settings.KAPOK_IMPORT_DIR;
  await writeFile(join(inbox, 'good.ndjson'), lineOf('from-file'));
  await writeFile(join(folder, 'outside.ndjson'), lineOf('outside'));
  await mkdir(join(inbox, 'sub.csv'));
  await symlink(join(folder, 'outside.ndjson'), join(inbox, 'link.ndjson'));
  const ask = (body: object, token?: string) =>
    node.call('POST', '/api/v1/imports', { body, ...(token === undefined ? {} : { token }) });
  const { status, headers } = await ask({ file: 'good.ndjson' });
  t.equal(status, 202);
  await until(async () => (await node.call('GET', String(headers.location))).json.state === 'done');
  t.equal((await node.get('/api/handles/88.106/from-file')).status, 200);
  for (const file of [
    '../outside.ndjson',
    join(folder, 'outside.ndjson'),
    'link.ndjson',
    'sub.csv',
    'none.csv',
    '.csv',
    'a\0.csv',
  ]) {
    t.match(await ask({ file }), { status: 400, json: { code: 'BAD_REQUEST', detail: /There is no file/ } }, file);
  }
  const { token } = await tokenAt('88.106');
  t.equal((await ask({ file: 'good.ndjson' }, token)).status, 403, 'not for who has a part of the node alone');
  t.equal((await node.get('/api/handles/88.106/outside')).status, 404);
});
