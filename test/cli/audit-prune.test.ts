import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { Database } from '../../src/database/database.ts';
import { type AuditContent, contentOf } from '../../src/governance/audit/audit-entry.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { runKapok } from './run-kapok.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());
const folder = t.testdir({});
const fileOf = (name: string) => join(folder, `${name}.ndjson`);
const kapok = (...args: string[]) => runKapok(['audit', ...args], { KAPOK_URL: node.url, KAPOK_TOKEN: OPERATOR_TOKEN });

/** An entry as if it had been recorded so many days ago. */
async function record(id: string, days: number): Promise<void> {
  // As the database writes a moment: without zeros at the end of its fraction.
  const at = new Date(Date.now() - days * 86_400_000).toISOString().replace(/\.?0+Z$/, 'Z');
  const said = { subject: null, prefix: null, reason: null, before: null, after: { id } };
  const content: AuditContent = { at, actor: 'a', action: 'sample.touch', kind: 'sample', id, ...said };
  await database.query('insert into audit_pending (entry, content) values ($1, $2)', [
    JSON.stringify(content),
    contentOf(content),
  ]);
}
const verify = async (file: string, ...options: string[]) => {
  const { out, code } = await runKapok(['audit', 'verify', file, ...options, '--json'], {});
  return { ...JSON.parse(out), code };
};
const exported = async (name: string) => {
  const file = fileOf(name);
  await writeFile(file, (await node.call('GET', '/api/v1/audit/export')).text);
  return file;
};
const countRows = async () =>
  (await database.query<{ count: number }>('select count(*)::int as count from audit_entries'))[0]?.count ?? 0;

// The node itself has recorded something when it came up; so that the old ones come first, the chain begins anew.
await database.query('alter table audit_entries disable trigger user');
await database.query('delete from audit_entries');
await database.query('alter table audit_entries enable trigger user');
await database.query(`update governance_head set audit_seq = 0, audit_hash = decode(repeat('00', 32), 'hex')`);
for (const [i, days] of [400, 300, 200, 100, 190, 10].entries()) await record(`e${i + 1}`, days);

t.test('less than 180 days are not kept, whoever asks', async (t) => {
  for (const keep of ['179', '0', '-1', 'none'])
    t.match(await kapok('prune', fileOf('short'), '--keep', keep), { code: 1, err: /from 180/ }, keep);
  t.notOk(existsSync(fileOf('short')));
  const hash = '0'.repeat(64);
  const refused: [body: object, message: RegExp][] = [
    [{ through: 1, hash, days: 179 }, /at least 180 days/],
    [{ through: 1, hash }, /another hash/],
    [{ through: 999, hash }, /no entry 999/],
  ];
  for (const [body, message] of refused)
    t.match(await node.call('POST', '/api/v1/audit/prune', { body }), { status: 400, json: { detail: message } });
  const [{ hash: own }] = (await database.query(
    `select encode(hash, 'hex') as hash from audit_entries where seq = 4`,
  )) as [{ hash: string }];
  const young = await node.call('POST', '/api/v1/audit/prune', { body: { through: 4, hash: own } });
  t.match(young, {
    status: 400,
    json: { at: 'through', detail: /^Entry 4 is of .*, and entries are kept for 180 days/ },
  });
  t.equal(await countRows(), 6);
});

t.test('what is older is removed from the beginning alone, after an export that verify accepts', async (t) => {
  const before = fileOf('before');
  const { out, err, code } = await kapok('prune', before, '--reason', '满六个月');
  t.match(
    { out, code },
    { out: `3 entries up to 3 were removed; ${before} holds them. The log begins with 4\n`, code: 0 },
    err,
  );
  t.match(await verify(before), { intact: true, first: 1, entries: 6, code: 0 });
  const after = await exported('after');
  const verdict = await verify(after, '--earlier', before);
  t.match(verdict, { intact: true, first: 4, entries: 4, seq: 7, code: 0 });
  t.match(verdict.unknown, [/--key/, /Entries up to 3 were removed at 20/]);
  t.match((await verify(after, '--key', verdict.signedBy)).intact, true);
  t.match(await verify(after, '--key', `node:${'A'.repeat(43)}`), {
    intact: false,
    finding: { kind: 'forged', seq: 3 },
  });
  const said = await runKapok(['audit', 'verify', after], {});
  t.match(said.out, /^Intact: 4 entries, 4 to 7, signed by node:/);
  const { json } = await node.call('GET', '/api/v1/audit?action=audit.prune');
  t.match(json.entries, [{ seq: 7, reason: '满六个月', after: { removed: 3, through: 3, days: 180 } }]);
});

t.test('there is nothing more to remove, and a file is not written over', async (t) => {
  t.match(await kapok('prune', fileOf('before')), { code: 1, err: /is not written over/ });
  const again = await kapok('prune', fileOf('again'));
  t.match(again, { code: 0, out: /^Nothing was removed: the first entry is not 180 days old/ });
  t.equal(await countRows(), 4);
});

t.test('rows that SQL removes without a checkpoint are missed, and so is a checkpoint that SQL makes up', async (t) => {
  for (const sql of [
    'delete from audit_entries where seq = 4',
    'truncate audit_entries',
    "update audit_entries set id = ''",
  ])
    await t.rejects(database.query(sql), /append-only/, sql);
  const good = fileOf('after');
  await database.query('alter table audit_entries disable trigger user');
  await database.query('create table kept as select * from audit_entries');
  await database.query('create table kept_checkpoints as select * from audit_checkpoints');
  const forge = (seq: number) => `insert into audit_checkpoints (seq, signed)
    select ${seq}, jsonb_set(jsonb_set(signed::jsonb, '{checkpoint,seq}', '${seq}'), '{checkpoint,hash}',
      to_jsonb((select encode(hash, 'hex') from kept where seq = ${seq}))) from kept_checkpoints`;
  const cases: [sql: string, finding: object][] = [
    ['delete from audit_entries where seq = 4', { kind: 'removed', seq: 4, message: 'Entry 4 was removed' }],
    ['delete from audit_entries where seq = 5', { kind: 'removed', seq: 5 }],
    ['delete from audit_checkpoints', { kind: 'removed', seq: 1, message: 'Entries 1 to 3 were removed' }],
    [
      `${forge(5)}; delete from audit_entries where seq <= 5`,
      { kind: 'forged', seq: 5, message: /signature of the checkpoint/ },
    ],
  ];
  for (const [sql, finding] of cases) {
    await database.query(sql);
    t.match(await verify(await exported('bad')), { intact: false, code: 1, finding }, sql);
    await database.query('delete from audit_entries; insert into audit_entries select * from kept');
    await database.query('delete from audit_checkpoints; insert into audit_checkpoints select * from kept_checkpoints');
  }
  t.match(await verify(await exported('mended'), '--earlier', good), { intact: true });
  // A file that names another hash for what was removed.
  const lines = (await readFile(good, 'utf8')).trimEnd().split('\n');
  const earlier = (await readFile(fileOf('before'), 'utf8')).replace(
    JSON.parse(lines[0] ?? '').checkpoint.hash,
    'f'.repeat(64),
  );
  await writeFile(fileOf('other'), earlier);
  t.match(await verify(good, '--earlier', fileOf('other')), { intact: false, finding: { kind: 'forged', seq: 3 } });
});

t.test('while rows are missing nothing is removed', async (t) => {
  await database.query('delete from audit_entries where seq = 5');
  t.match(await kapok('prune', fileOf('missing')), {
    code: 1,
    err: /Nothing was removed, for .* is not intact: Entry 5 was removed/,
  });
  t.equal(await countRows(), 3);
});
