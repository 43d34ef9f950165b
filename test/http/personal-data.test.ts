import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { operations } from '../../proto/http/operations.ts';
import { readConfig } from '../../src/config/config.ts';
import { startNode } from '../../src/node.ts';
import { type CallOptions, callUrl } from '../support/call.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN } from '../support/node.ts';
import { documentNumber, ORGANISATION, PICTURE, verifiedOrganisation } from '../support/organisation.ts';
import { openState } from './state.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const state = openState(t, url);
const lines: string[] = [];
const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
const dataDir = await mkdtemp(join(tmpdir(), 'kapok-personal-'));
t.teardown(() => rm(dataDir, { recursive: true }));
const config = readConfig({
  ...{ KAPOK_PREFIX: '88.101', KAPOK_PORT: '0', KAPOK_RATE_LIMIT: '0', KAPOK_OPERATOR_TOKEN: OPERATOR_TOKEN },
  ...{ DATABASE_URL: url, KAPOK_DATA_DIR: dataDir },
});
const running = await startNode(config, { log: pino({ level: 'trace' }, sink) });
t.teardown(() => running.close());
const node = {
  ...running,
  call: (method: string, path: string, options: CallOptions = {}) =>
    callUrl(method, `${running.url}${path}`, { token: OPERATOR_TOKEN, ...options }),
  get: (path: string, headers = {}) => callUrl('GET', `${running.url}${path}`, { headers }),
};

/** What is about people, and the number of the document; the last of each are of a change. */
const TEXTS = [
  ...[documentNumber(1), documentNumber(2)],
  ...['11010519491231002X', 'G98765432', '13800138000', '13900139000', '020-88887777'],
  ...['示例法人', '示例联系人', 'contact@example.invalid'],
];
/** Of the picture, a part that no other picture has. */
const PHOTO = PICTURE.subarray(-40);

const path = '/api/v1/organisations';
const own = await verifiedOrganisation(node, 1, {
  legalPerson: { ...ORGANISATION.legalPerson, phone: '020-88887777' },
});
const act = (action: string, body: object, token: string) =>
  node.call('POST', `${path}/${own.id}/${action}`, { body, token });

// Whatever can be done to it: changed, refused, read, suspended, and asked for in ways that fail.
await node.call('PATCH', `${path}/${own.id}`, {
  token: own.token,
  body: {
    document: { type: 'uscc', number: documentNumber(2) },
    contact: { ...ORGANISATION.contact, phone: '13900139000', document: { type: 'passport', number: 'G98765432' } },
  },
});
const upload = (name: string) =>
  node.call('POST', `${path}/${own.id}/attachments?kind=contact-front&name=${name}`, {
    ...{ body: PICTURE, token: own.token },
    headers: { 'content-type': 'image/png' },
  });
const { json: attached } = await upload('13800138000.png');
await upload('13800138000.pdf');
await act('submit', {}, own.token);
await act('refuse', { reason: '请改正' }, OPERATOR_TOKEN);
await act('submit', {}, own.token);
const { json: whole } = await node.call('GET', `${path}/${own.id}`);
await node.call('GET', `${path}/${own.id}/attachments/${attached.id}`);
for (const number of [`${documentNumber(1).slice(0, 17)}?`, documentNumber(1).slice(0, 17)])
  await node.call('POST', path, { body: { ...ORGANISATION, document: { type: 'uscc', number } }, token: null });
await node.call('POST', path, { body: `{"name":"x","contact":{"phone":"13800138000"`, token: null });

/** The ways in which a text could stand somewhere: as it is, and its bytes in hexadecimal and base64. */
function formsOf(text: string | Buffer): string[] {
  const bytes = Buffer.from(text as string);
  // Base64 of an inner part depends on where it begins.
  const encoded = [0, 1, 2].map((skip) => bytes.subarray(skip).toString('base64').slice(0, -4));
  const forms = [bytes.toString('hex'), ...encoded.filter((form) => form.length > 7)];
  return Buffer.isBuffer(text) ? forms : [text, text.replace(/[\u0080-\uffff]/g, escaped), ...forms];
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const SECRETS = [...TEXTS, PHOTO].flatMap(formsOf);
const found = (text: string) => SECRETS.filter((secret) => text.includes(secret));

t.test('who decides has seen all of it, so it is there', async (t) => {
  t.match(whole.pending, { document: { number: documentNumber(2) }, contact: { phone: '13900139000' } });
  t.match(whole.data, { document: { number: documentNumber(1) }, legalPerson: { phone: '020-88887777' } });
});

t.test('is in no column of any table', async (t) => {
  const tables = await state.query(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  t.ok(tables.length > 20);
  let text = '';
  for (const { name } of tables) {
    // Of a row as a text all columns are part, bytes in hexadecimal.
    const rows = await state.query(`select t::text as row from "${name}" as t`);
    const told = rows.map(({ row }) => row).join('\n');
    t.strictSame(found(told), [], String(name));
    text += told;
  }
  t.ok(text.includes(ORGANISATION.name), 'what may be known is found, in this way');
  for (const kind of ['organisation.read', 'organisation.refuse', 'organisation.verify'])
    t.ok(text.includes(kind), `the audit log and the notices are among them: ${kind}`);
  t.ok(text.includes(PICTURE.length.toString()));
});

t.test('is in no line of the log', async (t) => {
  const text = lines.join('');
  t.ok(text.includes(own.id), 'the requests are there');
  t.strictSame(found(text), []);
});

t.test('is in no public answer, and found by no search', async (t) => {
  const asked = [
    ...TEXTS.map((text) => `/api/v1/search?q=${encodeURIComponent(text)}`),
    ...[path, `${path}/${own.id}`, `${path}/${own.id}/attachments`, `${path}/${own.id}/attachments/${attached.id}`],
    ...operations.flatMap((one) =>
      one.permission === 'public' && one.method === 'GET' && !one.path.includes('{') ? [one.path] : [],
    ),
  ];
  for (const target of asked) {
    const { text, json } = await node.call('GET', target, { token: null });
    // A search repeats what it was asked for; what it finds is in its hits.
    t.strictSame(found(target.includes('?q=') ? JSON.stringify(json?.hits ?? json) : text), [], target);
    if (target.includes('?q=')) t.match(json, { hits: [], count: 0 }, target);
  }
});

t.test('the organisation itself is shown the ends of its numbers alone', async (t) => {
  const { text } = await node.call('GET', `${path}/${own.id}`, { token: own.token });
  const names = ['示例法人', '示例联系人', 'contact@example.invalid'];
  t.strictSame(
    found(text).filter((secret) => !names.includes(secret)),
    [],
  );
  t.match(text, `"number":"**************${documentNumber(1).slice(-4)}"`);
});

t.test('the key of what is encrypted is in the data folder, and nowhere in the database', async (t) => {
  const key = Buffer.from((await readFile(join(dataDir, '88.101.secret-key'), 'utf8')).trim(), 'base64url');
  t.equal(key.length, 32);
  const rows = await state.query('select n::text as row from node as n');
  for (const { row } of rows) t.notOk(String(row).includes(key.toString('hex')));
});
