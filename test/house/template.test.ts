import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { Database } from '../../src/database/database.ts';
import { appendAudit, SYSTEM } from '../../src/governance/audit/append-audit.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { replaceAll } from '../../src/registry/change-values.ts';
import { ensureOwnPrefix } from '../../src/registry/own-prefix.ts';
import { writeRecord } from '../../src/registry/write-record.ts';
import { urlValue, writeOf } from '../registry/open-database.ts';
import { databaseAt, runAt, withClient } from '../support/at-database.ts';
import { readFresh } from '../support/clear-database.ts';
import { startDatabases } from '../support/database.ts';
import { createTemplate, dropTemplate, leaveCopy, takeCopy } from '../support/template.ts';

const own = await (await startDatabases(t)).createEmpty();
const server = databaseAt(own, 'postgres');
const template = await createTemplate(server);
t.teardown(() => dropTemplate(server, template));

const nameOfOwn = () => `kapok_test_${randomBytes(6).toString('hex')}`;

/** A copy, with its OID, by which a database is known that has another name. */
async function take(t: Test) {
  const name = nameOfOwn();
  await takeCopy(server, template, name);
  const url = databaseAt(server, name);
  t.teardown(() => runAt(server, `drop database if exists ${name} with (force)`));
  const { rows } = await withClient(server, (client) =>
    client.query<{ oid: number }>('select oid from pg_database where datname = $1', [name]),
  );
  return { url, oid: rows[0]?.oid, leave: () => leaveCopy(server, template, name) };
}

t.test(
  'a copy that was written to is given to the next file as if it were new, whoever is still connected',
  async (t) => {
    const first = await take(t);
    const database = new Database({ url: first.url, poolSize: 2 });
    await ensureOwnPrefix(database, '88.101' as Prefix);
    await writeRecord(database, writeOf('88.101/A', replaceAll([urlValue('http://a/')], { overwrite: false })));
    await database.transaction((tx) =>
      appendAudit(tx, { action: 'test', actor: SYSTEM, kind: 'test', id: '1', prefix: '88.101' as Prefix }),
    );
    await first.leave();
    await database.close();
    const second = await take(t);
    t.equal(second.oid, first.oid);
    t.strictSame(await withClient(second.url, readFresh), template.fresh);
    const third = await take(t);
    t.not(third.oid, first.oid, 'one that is in use is not taken');
    await second.leave();
    await third.leave();
  },
);

const MORE: Record<string, string> = {
  'a table': 'create table more (n integer)',
  'a trigger that was disabled': 'alter table audit_entries disable trigger user',
  'statistics of the planner': 'analyze migrations',
  'many rows': `insert into migrations select n::text, '' from generate_series(1, 20000) n`,
};

for (const [what, statement] of Object.entries(MORE))
  t.test(`a copy with more than rows is not given to anybody: ${what}`, async (t) => {
    const first = await take(t);
    await runAt(first.url, statement);
    await first.leave();
    t.not((await take(t)).oid, first.oid);
  });
