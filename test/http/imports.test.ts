import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../resolve/until.ts';
import { startDatabases } from '../support/database.ts';
import { type Imported, type ImportOptions, importFile } from '../support/import-file.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const dataDir = await mkdtemp(join(tmpdir(), 'kapok-imports-'));
t.teardown(() => rm(dataDir, { recursive: true, force: true }));
const node = await startTestNode(t, { KAPOK_PREFIX: '88.106', DATABASE_URL: url, KAPOK_DATA_DIR: dataDir });
const spool = join(dataDir, 'imports');
const state = openState(t, url);
const VALUES = [{ index: 1, type: 'URL', data: 'http://a/' }];

function send(body: string, options: ImportOptions = {}): Promise<Imported> {
  return importFile(node, body, options);
}

/** What lies in a folder, of imports that are not over. */
async function filesOf(folder: string): Promise<string[]> {
  const { imports } = (await node.call('GET', '/api/v1/imports')).json;
  const known = imports.map(({ id }: { id: string }) => id);
  return (await readdir(folder)).filter((name) => !known.some((id: string) => name.startsWith(id)));
}

function ndjson(...rows: unknown[]): string {
  return rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
}

/** The results, and behind them what the job says at the end. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely.
function linesOf({ lines, job }: Imported): any[] {
  const { state, rows, created, replaced, failed } = job;
  return [...lines, { done: state === 'done', rows, created, replaced, failed }];
}

const row = (identifier: string, values: unknown = VALUES) => ({ identifier, values });

t.test('registers the rows of a file, and reports each in order and the counts at the end', async (t) => {
  const imported = await send(ndjson(row('88.106/n1'), row('88.106/n2'), row('88.106/N1')));
  const { answer, job } = imported;
  t.match(answer, {
    status: 202,
    json: { state: 'queued', rows: 0, format: 'ndjson', overwrite: true, dryRun: false },
  });
  t.equal(answer.headers.location, `/api/v1/imports/${job.id}`);
  t.match(job, { state: 'done', size: job.readBytes, error: null, startedAt: /Z$/, endedAt: /Z$/ });
  t.strictSame(linesOf(imported), [
    { line: 1, identifier: '88.106/n1', outcome: 'created', version: 1 },
    { line: 2, identifier: '88.106/n2', outcome: 'created', version: 1 },
    { line: 3, identifier: '88.106/N1', outcome: 'replaced', version: 2 },
    { done: true, rows: 3, created: 2, replaced: 1, failed: 0 },
  ]);
  t.match((await node.get('/api/handles/88.106/n1')).json, { responseCode: 1, values: [{ index: 1 }] });
});

t.test('registers the rows of a table', async (t) => {
  const file = '\uFEFFidentifier,URL,100:DESC\r\n88.106/c1,http://a/,"一号, ""甲"""\r\n88.106/c2,,二号\r\n';
  const answer = await send(file, { type: 'text/csv; charset=utf-8' });
  t.match(linesOf(answer), [
    { line: 2, outcome: 'created' },
    { line: 3, outcome: 'created' },
    { done: true, rows: 2 },
  ]);
  const { json } = await node.get('/api/handles/88.106/c1');
  t.match(json.values, [
    { index: 1, type: 'URL', data: { format: 'string', value: 'http://a/' } },
    { index: 100, type: 'DESC', data: { format: 'string', value: '一号, "甲"' } },
  ]);
  t.equal((await node.get('/api/handles/88.106/c2')).json.values.length, 1);
});

t.test('reports each bad row with its line, its code and the place, and registers the others', async (t) => {
  await node.call('PUT', '/api/v1/prefixes/88.106.9', { body: { url: 'http://plant.example' } });
  await node.call('PUT', '/api/v1/prefixes/88.106.8', { body: { status: 'suspended' } });
  const before = await state.read();
  const bad: [unknown, object][] = [
    ['{"identifier": ', { identifier: null, responseCode: 4, code: 'BAD_REQUEST', message: /not JSON/ }],
    [{ values: VALUES }, { identifier: null, code: 'INVALID_IDENTIFIER', message: 'The row has no identifier' }],
    [row('noslash'), { identifier: 'noslash', responseCode: 102, code: 'INVALID_IDENTIFIER' }],
    [row('88.106/a\u0000b'), { code: 'INVALID_IDENTIFIER', message: /U\+0000/ }],
    [row(`88.106/${'x'.repeat(249)}`), { code: 'INVALID_IDENTIFIER', message: /at most 255 can be registered/ }],
    [
      { ...row('88.106/x'), colour: 1 },
      { code: 'BAD_REQUEST', message: /"colour" is not a field here/ },
    ],
    [{ identifier: '88.106/x' }, { code: 'INVALID_VALUE', message: /values must be an array/ }],
    [
      row('88.106/x', [{ index: 0 }]),
      { responseCode: 202, code: 'INVALID_VALUE', message: /^values\[0\]\.index must/ },
    ],
    [row('88.106/x', [...VALUES, ...VALUES]), { code: 'INVALID_VALUE', message: /also the index of values\[0\]/ }],
    [
      row('88.106/x', [{ index: 1, type: 'T', data: 'x'.repeat(262_144) }]),
      { message: /a record holds at most 262144/ },
    ],
    [row('99.1/x'), { responseCode: 301, code: 'NOT_RESPONSIBLE', message: /does not live on this node/ }],
    [row('88.106.7/x'), { code: 'NOT_RESPONSIBLE', message: /allot it first/ }],
    [row('88.106.9/x'), { code: 'NOT_RESPONSIBLE', message: /is delegated/ }],
    [row('88.106.8/x'), { responseCode: 10001, code: 'PREFIX_SUSPENDED' }],
    ['x'.repeat(1_048_577), { code: 'BAD_REQUEST', message: 'The line is over 1048576 bytes' }],
  ];
  const file = bad.flatMap(([broken], i) => [broken, row(`88.106/good${i}`)]);
  const lines = linesOf(await send(ndjson(...file)));
  t.equal(lines.length, 2 * bad.length + 1);
  for (const [i, [, expected]] of bad.entries()) {
    t.match(lines[2 * i], { line: 2 * i + 1, outcome: 'failed', ...expected }, JSON.stringify(expected));
    t.match(lines[2 * i + 1], { line: 2 * i + 2, outcome: 'created' });
  }
  t.match(lines.at(-1), { done: true, rows: 2 * bad.length, created: bad.length, failed: bad.length });
  const after = await state.read();
  for (const count of ['identifiers', 'versions', 'changes', 'feedHead']) {
    t.equal((after[count] ?? 0) - (before[count] ?? 0), bad.length, count);
  }
});

t.test('replaces what exists, or leaves it when it is told to', async (t) => {
  const file = ndjson(row('88.106/o1'), row('88.106/o2'));
  await send(file);
  const seen = await node.get('/api/handles/88.106/o1');
  t.match(linesOf(await send(file, { query: '?overwrite=false' })), [
    { line: 1, outcome: 'failed', responseCode: 101, code: 'ALREADY_EXISTS' },
    { line: 2, outcome: 'failed', code: 'ALREADY_EXISTS' },
    { done: true, rows: 2, failed: 2 },
  ]);
  t.equal((await node.get('/api/handles/88.106/o1')).text, seen.text);
  const changed = ndjson(row('88.106/o1', [{ index: 7, type: 'URL', data: 'http://new/' }]));
  t.match(linesOf(await send(changed)), [{ outcome: 'replaced', version: 2 }, { replaced: 1 }]);
  t.match((await node.get('/api/handles/88.106/o1')).json.values, [{ index: 7 }], 'also where memory held the old one');
});

t.test('a row of the same file that names an identifier again comes after the first', async (t) => {
  const first = row('88.106/d', [{ index: 1, type: 'DESC', data: 'first' }]);
  const second = row('88.106/D', [{ index: 1, type: 'DESC', data: 'second' }]);
  const outcome = async (query: string) => linesOf(await send(ndjson(first, second), { query })).slice(0, 2);
  t.match(await outcome('?overwrite=false'), [{ outcome: 'created' }, { outcome: 'failed', code: 'ALREADY_EXISTS' }]);
  t.match((await node.get('/api/handles/88.106/d')).json.values, [{ data: { value: 'first' } }]);
  t.match(await outcome(''), [
    { outcome: 'replaced', version: 2 },
    { outcome: 'replaced', version: 3 },
  ]);
  t.match((await node.get('/api/handles/88.106/d')).json.values, [{ data: { value: 'second' } }]);
});

t.test('a withdrawn identifier is registered again, also where nothing is to be overwritten', async (t) => {
  await send(ndjson(row('88.106/w')));
  await node.call('DELETE', '/api/handles/88.106/w');
  t.equal((await node.get('/api/handles/88.106/w')).status, 410);
  t.match(linesOf(await send(ndjson(row('88.106/w')), { query: '?overwrite=false' })), [{ version: 3 }, { failed: 0 }]);
  t.equal((await node.get('/api/handles/88.106/w')).status, 200);
});

t.test('a row whose record holds a value that is written only once fails alone', async (t) => {
  const once = [{ index: 1, type: 'SERIAL', data: '7', permissions: '1010' }];
  await send(ndjson(row('88.106/once', once)));
  const other = [{ index: 1, type: 'SERIAL', data: '8', permissions: '1010' }];
  const more = [...once, { index: 2, type: 'NAME', data: 'x' }];
  const file = ndjson(row('88.106/beside'), row('88.106/once', other), row('88.106/once', more));
  for (const [query, beside] of [
    ['?dryRun=true', 'created'],
    ['', 'created'],
  ] as const) {
    t.match(linesOf(await send(file, { query })), [
      { line: 1, outcome: beside },
      { line: 2, outcome: 'failed', code: 'FORBIDDEN', message: /index 1 is written only once/ },
      { line: 3, outcome: 'replaced', version: 2 },
      { done: true, failed: 1 },
    ]);
  }
  const [history] = await state.query("select count(*) as n from record_versions where suffix_key = 'ONCE'");
  t.equal(history?.n, 2);
});

t.test('a token of another prefix fails the rows that it does not cover', async (t) => {
  for (const prefix of ['88.106.1', '88.106.2']) await node.call('PUT', `/api/v1/prefixes/${prefix}`, { body: {} });
  const { json } = await node.call('POST', '/api/v1/tokens', { body: { scope: '88.106.1', label: 'plant' } });
  const file = ndjson(row('88.106.1/a'), row('88.106.2/a'), row('88.106/a'), row('88.106.1/b'));
  t.match(linesOf(await send(file, { token: json.token })), [
    { line: 1, outcome: 'created' },
    { line: 2, outcome: 'failed', responseCode: 400, code: 'FORBIDDEN' },
    { line: 3, outcome: 'failed', code: 'FORBIDDEN' },
    { line: 4, outcome: 'created' },
    { done: true, created: 2, failed: 2 },
  ]);
  const [history] = await state.query(
    "select actor from record_versions where prefix = '88.106.1' and suffix_key = 'A'",
  );
  t.equal(history?.actor, json.id, 'the history names the token that wrote');
});

t.test('10,000 rows go in, each once; only failures are told when no more is asked for', async (t) => {
  const before = await state.read();
  const rows = Array.from({ length: 10_000 }, (_, i) =>
    i % 2500 === 7 ? `88.106/big${i}` : `88.106/big${i},http://a/${i}`,
  );
  const imported = await send(`identifier,URL\n${rows.join('\n')}\n`, { type: 'text/csv' });
  const { job, lines } = imported;
  t.strictSame(
    lines.map(({ line }) => line),
    rows.map((_, i) => i + 2),
    'each row has its result, in order',
  );
  const failed = [9, 2509, 5009, 7509].map((line) => [line, 'BAD_REQUEST']);
  t.strictSame(
    lines.flatMap(({ line, outcome, code }) => (outcome === 'failed' ? [[line, code]] : [])),
    failed,
  );
  const { text } = await node.call('GET', `/api/v1/imports/${job.id}/results?results=failed`);
  const told = text.trimEnd().split('\n');
  t.strictSame(
    told.map((line) => [JSON.parse(line).line, JSON.parse(line).code]),
    failed,
  );
  t.strictSame(linesOf(imported).at(-1), { done: true, rows: 10_000, created: 9996, replaced: 0, failed: 4 });
  const after = await state.read();
  t.equal((after.identifiers ?? 0) - (before.identifiers ?? 0), 9996);
  t.equal((after.feedHead ?? 0) - (before.feedHead ?? 0), 9996);
  const [feed] = await state.query(
    'select sum(size)::bigint as n, min(seq - size) + 1 as first, max(seq) as last from changes',
  );
  t.strictSame(feed, { n: after.feedHead, first: 1, last: after.feedHead }, 'the feed has no gap');
  t.match((await node.get('/api/handles/88.106/big9999')).json, { responseCode: 1 });
});

t.test('an import that cannot begin fails as a whole', async (t) => {
  const before = await state.read();
  const good = ndjson(row('88.106/never'));
  for (const [body, options, status, detail] of [
    [
      'name,URL\n88.106/never,x\n',
      { type: 'text/csv' },
      400,
      'The first column of a CSV import is "identifier", not "name"',
    ],
    ['identifier,,URL\n88.106/never,x,y\n', { type: 'text/csv' }, 400, 'Column 2 of the header has no name'],
    ['identifier,"URL\n', { type: 'text/csv' }, 400, /a quoted field is not closed/],
    [good, { query: '?overwrite=maybe' }, 400, 'overwrite must be true or false'],
    [good, { query: '?dryRun=maybe' }, 400, 'dryRun must be true or false'],
    ['{"file":"x.csv","colour":1}', { type: 'application/json' }, 400, /"colour" is not a field here/],
    ['{"file":7}', { type: 'application/json' }, 400, /file must be a name/],
    ['{"file":"x.txt"}', { type: 'application/json' }, 400, 'format must be ndjson or csv'],
    ['{"file":"x.csv"}', { type: 'application/json' }, 400, /KAPOK_IMPORT_DIR is not set/],
    ['7', { type: 'application/json' }, 415, /An import is application\/x-ndjson or text\/csv/],
    [good, { type: 'text/plain' }, 415, /text\/plain/],
    [good, { type: 'multipart/form-data; boundary=x' }, 415, /multipart/],
    [good, { token: `kapok_${'n'.repeat(43)}` }, 401, /unknown, expired or revoked/],
  ] as const) {
    const { answer } = await send(body, options);
    t.match(answer, { status, json: { detail } }, String(detail));
  }
  const nothing = await node.call('POST', '/api/v1/imports');
  t.match(nothing, {
    status: 415,
    json: { detail: /^An import is application\/x-ndjson or text\/csv, or names a file/ },
  });
  t.equal((await node.call('POST', '/api/v1/imports', { token: null })).status, 401);
  t.strictSame(await state.read(), before);
  t.strictSame(await filesOf(spool), [], 'nothing of it is kept');
});

t.test('an empty file is an import without rows', async (t) => {
  for (const type of ['application/x-ndjson', 'text/csv', 'Text/CSV']) {
    t.strictSame(
      linesOf(await send('', { type })),
      [{ done: true, rows: 0, created: 0, replaced: 0, failed: 0 }],
      type,
    );
    t.match(linesOf(await send('\n\n', { type })), [{ done: true, rows: 0 }], type);
  }
});

t.test('an upload that breaks off leaves nothing, and the node goes on', async (t) => {
  const before = [await state.read(), await filesOf(spool)];
  const jobs = (await node.call('GET', '/api/v1/imports')).json.imports.length;
  for (const type of ['application/x-ndjson', 'text/csv']) {
    const headers = { authorization: `Bearer ${OPERATOR_TOKEN}`, 'content-type': type };
    const upload = request(`${node.url}/api/v1/imports`, { method: 'POST', headers });
    upload.on('error', () => {});
    upload.write(ndjson(...Array.from({ length: 2500 }, (_, i) => row(`88.106/j${i}`))));
    await until(async () => (await filesOf(spool)).some((name) => name.endsWith('.part')));
    const closed = new Promise((resolve) => upload.once('close', resolve));
    upload.destroy();
    await closed;
    await until(async () => !(await filesOf(spool)).some((name) => name.endsWith('.part')));
    t.equal((await node.get('/health/live')).status, 200);
  }
  t.strictSame([await state.read(), await filesOf(spool)], before);
  t.equal((await node.call('GET', '/api/v1/imports')).json.imports.length, jobs);
});
