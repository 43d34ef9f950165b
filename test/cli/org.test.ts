import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { ORGANISATION, PICTURE } from '../support/organisation.ts';
import { runKapok } from './run-kapok.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() });
const folder = await mkdtemp(join(tmpdir(), 'kapok-org-'));
t.teardown(() => rm(folder, { recursive: true }));

const kapok = (token: string | null, ...args: string[]) =>
  runKapok(args, { KAPOK_URL: node.url, ...(token === null ? {} : { KAPOK_TOKEN: token }), XDG_CONFIG_HOME: folder });
const fileOf = async (name: string, content: string | Buffer) => {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
};

t.test('a web server that is no node is told as that', async (t) => {
  const server = createServer((_request, response) => void response.end('ok')).listen(0, '127.0.0.1');
  t.teardown(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, err } = await kapok(OPERATOR_TOKEN, 'org', 'list', '--node', url);
  const why = 'it answered with no content type where a node answers with JSON';
  t.strictSame({ code, err }, { code: 1, err: `kapok: ${url} is no Kapok node: ${why}\n` });
});

t.test('an organisation is drafted, completed, submitted and verified by commands', async (t) => {
  const made = await kapok(null, 'org', 'create', await fileOf('org.json', JSON.stringify(ORGANISATION)));
  t.match(made.out, /^[0-9a-f-]{36}\tdraft\nmissing: attachments\.document\nkapok_[\w-]{43}\n$/, made.err);
  const [id = ''] = made.out.split('\t');
  const token = made.out.trimEnd().split('\n').at(-1) ?? '';
  const attached = await kapok(token, 'org', 'attach', id, await fileOf('licence.png', PICTURE));
  t.match(attached.out, /\tdocument\timage\/png\t\d+\n$/, attached.err);
  const submitted = await kapok(token, 'org', 'submit', id);
  t.equal(submitted.out, `${id}\tsubmitted\n`, submitted.err);
  const [listed, ...unreasoned] = await Promise.all([
    kapok(OPERATOR_TOKEN, 'org', 'list', '--state', 'submitted'),
    ...['refuse', 'suspend'].map((action) => kapok(OPERATOR_TOKEN, 'org', action, id)),
  ]);
  t.equal(listed.out, `${id}\tsubmitted\t${ORGANISATION.name}\n`, listed.err);
  for (const one of unreasoned) t.match(one, { code: 1, err: /required option '--reason <text>' not specified/ });
  const papers = join(folder, 'papers');
  const saved = await kapok(OPERATOR_TOKEN, 'org', 'attachments', id, '--save', papers);
  t.match(saved.out, /^[0-9a-f-]{36}\tdocument\timage\/png\t\d+\n$/, saved.err);
  t.strictSame(await readFile(join(papers, 'document.png')), PICTURE);
  t.equal((await stat(join(papers, 'document.png'))).mode & 0o077, 0);
  const verified = await kapok(OPERATOR_TOKEN, 'org', 'verify', id, '--json');
  t.match(JSON.parse(verified.out), { id, state: 'verified' });
  const [member, shown, lie] = await Promise.all([
    kapok(token, 'org', 'member', 'add', id, '300:88.107/MEMBER'),
    kapok(token, 'org', 'show', id),
    kapok(token, 'org', 'attach', id, await fileOf('licence.jpg', PICTURE)),
  ]);
  t.equal(member.out, '300:88.107/MEMBER\n', member.err);
  t.match(JSON.parse(shown.out), { state: 'verified', possible: ['edit', 'withdraw'] });
  t.match(lie, { code: 1, err: /does not end as that of image\/png/ });
});
