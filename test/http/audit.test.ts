import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { AuditEntry } from '../../proto/http/audit.ts';
import { Database } from '../../src/database/database.ts';
import { appendNotice } from '../../src/governance/notices/append-notice.ts';
import { runKapok } from '../cli/run-kapok.ts';
import { startDatabases } from '../support/database.ts';
import { startTestNode } from '../support/node.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const node = await startTestNode(t, { KAPOK_PREFIX: '88.101', DATABASE_URL: url });
const database = new Database({ url, poolSize: 2 });
t.teardown(() => database.close());

const entries = async (query: string, token?: string): Promise<AuditEntry[]> =>
  (await node.call('GET', `/api/v1/audit?${query}`, token === undefined ? {} : { token })).json.entries;

await node.call('PUT', '/api/v1/prefixes/88.101.1', { body: { label: 'plant', reason: '合同 7' } });
await node.call('PATCH', '/api/v1/prefixes/88.101.1', { body: { status: 'suspended', reason: 'unpaid' } });
await node.call('PATCH', '/api/v1/prefixes/88.101.1', { body: { status: 'active' } });
const { json: made } = await node.call('POST', '/api/v1/tokens', {
  body: { role: 'auditor', scope: '88.101.1', label: 'auditor' },
});
const grant = { subject: '300:88.101.1/KEY', role: 'registrant', scope: '88.101.1' };
const { json: given } = await node.call('POST', '/api/v1/grants', { body: grant });
await node.call('DELETE', `/api/v1/grants/${given.id}`);
const items = [{ index: 2000, type: 'name', kind: 'text' }];
await node.call('POST', '/api/v1/templates', { body: { template: '88.101.1/pump', items } });

t.test('what was done is found by what, where, who and when, with the reason, before and after', async (t) => {
  const [resumed, suspended, created] = await entries('kind=prefix&id=88.101.1');
  t.match(created, {
    action: 'prefix.create',
    prefix: '88.101.1',
    reason: '合同 7',
    before: null,
    after: { label: 'plant' },
  });
  const [before, after] = [{ status: 'active' }, { status: 'suspended' }];
  t.match(suspended, { action: 'prefix.change', reason: 'unpaid', before, after, actor: created?.actor });
  t.match(resumed, { reason: null, before: after, after: before });
  t.match(await entries('action=grant.revoke'), [{ kind: 'grant', before: grant, after: null }]);
  t.match(await entries(`kind=token&id=${made.id}`), [{ action: 'token.create', after: { role: 'auditor' } }]);
  t.match(await entries('kind=template'), [{ id: '88.101.1/pump', after: { version: 1 } }]);
  t.strictSame(await entries('from=2999-01-01T00:00:00Z'), []);
  t.strictSame(await entries('actor=nobody'), []);
  const first = await node.call('GET', '/api/v1/audit?limit=2');
  const second = await entries(`limit=2&after=${first.json.next}`);
  t.equal(second[0]?.seq, first.json.entries[1].seq - 1);
  t.notMatch(JSON.stringify(await entries('limit=1000')), made.token);
});

t.test('an auditor of a prefix sees what was done there, and exports nothing', async (t) => {
  const seen = await entries('', made.token);
  t.ok(seen.length >= 6);
  t.ok(seen.every(({ prefix }) => prefix === '88.101.1'));
  t.equal((await node.call('GET', '/api/v1/audit/export', { token: made.token })).status, 403);
});

t.test(
  'a row that is altered, removed or exchanged by SQL is named by kapok audit verify, without the node',
  async (t) => {
    const folder = t.testdir({});
    const verify = async (name: string, ...options: string[]) => {
      const { text } = await node.call('GET', '/api/v1/audit/export');
      const file = join(folder, `${name}.ndjson`);
      await writeFile(file, text);
      const { out, code } = await runKapok(['audit', 'verify', file, ...options, '--json'], {});
      return { ...JSON.parse(out), code };
    };
    const { signedBy, entries: count } = await verify('good');
    t.match(await verify('good', '--key', signedBy), { intact: true, code: 0, entries: count, seq: count });
    const cut = join(folder, 'cut.ndjson');
    await writeFile(cut, (await readFile(join(folder, 'good.ndjson'), 'utf8')).replace(/.*\n$/, ''));
    const said = await runKapok(['audit', 'verify', cut], {});
    t.match(said, {
      code: 1,
      out: `NOT intact: The signed head, the last line, is missing: entries from ${count + 1} on`,
    });
    await database.query('alter table audit_entries disable trigger user');
    await database.query('create table kept as select * from audit_entries');
    const cases: [sql: string, finding: object][] = [
      ["update audit_entries set actor = 'somebody else' where seq = 3", { kind: 'altered', seq: 3 }],
      ['delete from audit_entries where seq = 4', { kind: 'removed', seq: 4 }],
      [`delete from audit_entries where seq = ${count}`, { kind: 'removed', seq: count }],
      [
        'update audit_entries a set seq = -seq where seq in (2, 5); update audit_entries set seq = 7 + seq where seq < 0',
        { kind: 'swapped', seq: 2, message: 'Entries 2 and 5 were exchanged' },
      ],
    ];
    for (const [sql, finding] of cases) {
      await database.query(sql);
      t.match(await verify('bad'), { intact: false, code: 1, finding }, sql);
      await database.query('delete from audit_entries; insert into audit_entries select * from kept');
    }
    t.match(await verify('again', '--earlier', join(folder, 'good.ndjson')), { intact: true, code: 0 });
  },
);

t.test('an organisation reads what it was told, and nothing of another; who waits is told at once', async (t) => {
  const draft = async (name: string) =>
    (await node.call('POST', '/api/v1/organisations', { token: null, body: { name } })).json;
  const [own, other] = [await draft('示例一'), await draft('示例二')];
  const tell = (organisation: string, kind: string) =>
    database.transaction((tx) =>
      appendNotice(tx, { organisation, kind, prefix: null, about: { kind: 'sample', id: '1' }, body: { n: 1 } }),
    );
  const idOf = (made: { organisation?: { id: string }; id?: string }) => made.organisation?.id ?? made.id ?? '';
  await tell(idOf(own), 'first');
  await tell(idOf(other), 'foreign');
  const read = (query: string, token = own.token) => node.call('GET', `/api/v1/notices?${query}`, { token });
  const { json } = await read('');
  t.match(json.notices, [
    { kind: 'first', organisation: idOf(own), about: { kind: 'sample', id: '1' }, body: { n: 1 } },
  ]);
  t.equal((await read(`organisation=${idOf(other)}`)).status, 403);
  t.equal((await read('', made.token)).status, 403);
  const waiting = read(`after=${json.next}&wait=25`);
  await tell(idOf(own), 'second');
  t.match((await waiting).json.notices, [{ kind: 'second' }]);
});
