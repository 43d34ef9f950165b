import t, { type Test } from 'tap';
import type { Database } from '../../src/database/database.ts';
import { utc } from '../../src/database/utc.ts';
import { type AuditEntry, appendAudit, SYSTEM } from '../../src/governance/audit/append-audit.ts';
import { type ChainedEntry, contentOf, GENESIS, hashAfter } from '../../src/governance/audit/audit-entry.ts';
import { appendNotice } from '../../src/governance/notices/append-notice.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import { countTo, openDatabase } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';

const databases = await startDatabases(t);
const entry: AuditEntry = {
  action: 'sample.touch',
  actor: SYSTEM,
  kind: 'sample',
  id: '1',
  prefix: parsePrefix('88.1'),
};

function readChain(database: Database): Promise<ChainedEntry[]> {
  return database.query<ChainedEntry & Record<string, unknown>>(
    `select seq, ${utc('at', 'at')}, actor, subject, action, kind, id, prefix, reason, before, after,
       encode(previous, 'hex') as previous, encode(hash, 'hex') as hash from audit_entries order by seq`,
  );
}

function assertChained(t: Test, entries: readonly ChainedEntry[]): void {
  let previous = GENESIS;
  for (const [i, entry] of entries.entries()) {
    const hash = hashAfter(previous, contentOf(entry));
    t.match({ seq: entry.seq, previous: entry.previous, hash: entry.hash }, { seq: i + 1, previous, hash });
    previous = hash;
  }
}

t.test('what was recorded is chained, read back as it was hashed, whatever it holds', async (t) => {
  const { database } = await openDatabase(t, databases);
  const odd = {
    ключ: '值',
    b: [1, 1e21, -0, 1.5, null, undefined],
    a: { z: 'x\0y\ud800', '€': true, é: '"\\' },
    n: undefined,
  };
  await database.transaction(async (tx) => {
    await appendAudit(tx, {
      ...entry,
      actor: { id: 'x\0', subject: '300:88.1/key' },
      reason: '原因 \ud800',
      before: odd,
      after: [odd],
    });
    await appendAudit(tx, { ...entry, id: '2', before: null, after: 'text' });
  });
  const entries = await readChain(database);
  t.equal(entries.length, 2);
  assertChained(t, entries);
  t.match(entries[0], { actor: 'x\ufffd', reason: '原因 \ufffd', before: { b: [1, 1e21, 0, 1.5, null, null] } });
  t.strictSame(await database.query('select from audit_pending'), []);
});

t.test('what is rolled back leaves neither entry nor gap', async (t) => {
  const { database } = await openDatabase(t, databases);
  await t.rejects(
    database.transaction(async (tx) => {
      await appendAudit(tx, entry);
      throw new Error('undone');
    }),
  );
  await database.transaction((tx) => appendAudit(tx, entry));
  assertChained(t, await readChain(database));
});

t.test(
  'twenty at once, each with the feed locked before or after, and notices to two organisations: one order',
  async (t) => {
    const { database } = await openDatabase(t, databases);
    const organisations = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
    const write = (i: number) =>
      database.transaction(async (tx) => {
        const steps = [
          () => appendAudit(tx, { ...entry, id: String(i) }),
          () => tx.query('update node set feed_head = feed_head + 1'),
          ...organisations.map(
            (organisation) => () =>
              appendNotice(tx, {
                organisation,
                kind: 'sample',
                prefix: null,
                about: { kind: 'sample', id: String(i) },
                body: {},
              }),
          ),
        ];
        for (const step of i % 2 === 0 ? steps : steps.reverse()) await step();
      });
    await Promise.all(countTo(20).map(write));
    const entries = await readChain(database);
    t.equal(entries.length, 20);
    assertChained(t, entries);
    const notices = await database.query<{ seq: number }>('select seq from notices order by seq');
    t.strictSame(
      notices.map(({ seq }) => seq),
      countTo(40),
    );
  },
);

t.test('the database refuses to alter, remove or empty what is recorded', async (t) => {
  const { database } = await openDatabase(t, databases);
  await database.transaction((tx) => appendAudit(tx, entry));
  for (const sql of ["update audit_entries set actor = 'x'", 'delete from audit_entries', 'truncate audit_entries'])
    await t.rejects(database.query(sql), /append-only/, sql);
});
