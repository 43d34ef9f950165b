import { generateKeyPairSync } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import t from 'tap';
import { openNodeKey } from '../../../src/access/node-key.ts';
import type { Database } from '../../../src/database/database.ts';
import { migrate, migrateTo } from '../../../src/database/migrate.ts';
import { appendAudit, SYSTEM } from '../../../src/governance/audit/append-audit.ts';
import { findChain } from '../../../src/governance/escrow/deposit-chain.ts';
import { assertWhole, listDeposits } from '../../../src/governance/escrow/deposit-file.ts';
import { writeDepositFile } from '../../../src/governance/escrow/deposit-folder.ts';
import { digestOfState, signerOf } from '../../../src/governance/escrow/manifest.ts';
import { restoreDeposits } from '../../../src/governance/escrow/restore-deposits.ts';
import { appendNotice } from '../../../src/governance/notices/append-notice.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { siteOfUrl } from '../../../src/record/site.ts';
import { withdraw } from '../../../src/registry/change-values.ts';
import { storeFile } from '../../../src/registry/files/files.ts';
import { writePrefixes } from '../../../src/registry/write-prefixes.ts';
import { writeRecord } from '../../../src/registry/write-record.ts';
import { writeOf } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { emptyDatabase, openingKey, openNode, readDigest, recipient } from './open-node.ts';

const databases = await startDatabases(t);
const PREFIX = '88.101' as Prefix;

const kept: Buffer[] = [];
const keepSecretKey = async (key: Buffer) => void kept.push(key);
const KEYS = { key: openingKey, keysKey: openingKey, identity: 'kept', keepSecretKey } as const;

const restore = async (folder: string, database: Database, more = {}) =>
  restoreDeposits(database, {
    ...{ chain: findChain(await listDeposits(folder), null), ...KEYS },
    ...more,
  });

async function putFile(database: Database, text: string) {
  const bytes = Buffer.from(text);
  const sha256 = Buffer.alloc(32, text);
  const more = { prefix: PREFIX, size: bytes.length, type: 'text/plain' as const, name: 'a.txt', public: false };
  await storeFile(database, { ...more, sha256, bytes, actor: 'tester' });
}

/** Writes into every kind of table: whole, of records, appended and with bytes. */
async function writeAll(database: Database, n: number) {
  const delegated = { status: 'active', ttl: 60, suffixCase: 'sensitive', label: `第${n}个\n"\\` } as const;
  const site = siteOfUrl('https://node.example:8443');
  await writePrefixes(database, [{ prefix: `88.101.${n}` as Prefix, site, ...delegated }], { actor: SYSTEM });
  await putFile(database, `file ${n}`);
  await database.transaction(async (tx) => {
    await appendAudit(tx, { action: 'test.write', actor: SYSTEM, kind: 'test', id: String(n), prefix: PREFIX });
    const notice = { organisation: '00000000-0000-4000-8000-000000000001', kind: 'test', prefix: null };
    await appendNotice(tx, { ...notice, about: { kind: 'test', id: String(n) }, body: { n } });
  });
}

t.test('a full deposit and two that go on from it make the node that there was', async (t) => {
  const { database, key, secretKey, folder, deposit, put } = await openNode(t, databases);
  await put('kept', 'one\\ "\n一');
  await put('changed', 'one');
  await put('withdrawn', 'one');
  await writeAll(database, 1);
  const { manifest: full } = await deposit();

  await database.query(`update files set created_at = created_at - interval '2 hours'`);
  await put('changed', 'two');
  await put('new', 'one');
  await writeRecord(database, writeOf('88.101/withdrawn', withdraw('88.101/new')));
  await writeAll(database, 2);
  const { manifest: second } = await deposit(full);
  t.match(second, { kind: 'incremental', previous: full.id, watermark: full.watermark + 4 });
  t.match(
    second.rows,
    { identifiers: 3, changes: 4, audit_entries: 2, identifier_versions: 2 },
    'what has changed, alone',
  );

  await put('changed', 'three');
  await writeAll(database, 3);
  await deposit(second);
  const digest = await readDigest(database);

  const { database: target } = await emptyDatabase(t, databases);
  const restored = await restore(folder, target);
  t.equal(restored.digest, digest);
  t.equal(await readDigest(target), digest, 'also after the commit');
  t.equal((await openNodeKey(target)).subject, key.subject, 'it is the same node');
  t.ok(kept.pop()?.equals(secretKey), 'the key of the personal data comes back');
  for (const text of [
    'select prefix, suffix_key, version, record::text, successor, actor, written_at from record_versions order by 1, 2, 3',
    'select prefix, site::text, status, version, label from prefixes order by 1',
    'select sha256, bytes from files order by 1',
    'select seq, hash, previous from audit_entries order by 1',
    'select seq, organisation, id, body from notices order by 1',
    'select id, feed_head, private_key from node',
  ])
    t.strictSame(await target.query(text), await database.query(text), text);

  await writeAll(database, 4);
  await writeAll(target, 4);
  const count = 'select count(*) as entries, max(seq) as seq from audit_entries';
  t.strictSame(await target.query(count), await database.query(count), 'the restored node goes on where it stopped');
});

t.test('a node without its keys is another node with the same rows', async (t) => {
  const { database, key, folder, deposit, put } = await openNode(t, databases);
  await put('A', 'one');
  await deposit(null, { keysFor: null });
  const { database: target } = await emptyDatabase(t, databases);
  await t.rejects(restore(folder, target), { code: 'DEPOSIT_KEY', message: /new identity/ });
  await restore(folder, target, { identity: 'new' });
  t.equal(await readDigest(target), await readDigest(database));
  t.not((await openNodeKey(target)).subject, key.subject);
});

t.test('webhooks send from one of two nodes alone: not from the one that got another identity', async (t) => {
  const { database, folder, deposit } = await openNode(t, databases);
  const states = (of: Database) => of.query('select state from webhooks order by state');
  for (const state of ['active', 'disabled'])
    await database.query(
      `insert into webhooks (organisation, url, state, sealed) values (gen_random_uuid(), 'https://a.example/', $1, '')`,
      [state],
    );
  await deposit();
  const { database: same } = await emptyDatabase(t, databases);
  await restore(folder, same);
  t.strictSame(await states(same), await states(database));
  const { database: other } = await emptyDatabase(t, databases);
  await restore(folder, other, { identity: 'new' });
  t.strictSame(await states(other), [{ state: 'disabled' }, { state: 'paused' }]);
});

t.test('a deposit of an earlier schema makes that schema, which is migrated afterwards', async (t) => {
  const { database: current, secrets } = await openNode(t, databases);
  const { database } = await emptyDatabase(t, databases);
  const known = await current.query<{ name: string; sha256: string }>('select name, sha256 from migrations');
  const earlier = known.filter(({ name }) => name < '0030');
  await database.transaction((tx) => migrateTo(tx, earlier));
  const notice = `insert into notices (organisation, kind, about_kind, about_id, body) values ($1, 'test', 'test', '1', '{}')`;
  await database.query(notice, ['00000000-0000-4000-8000-000000000001']);
  const folder = t.testdir({});
  const order = {
    name: '88.101',
    key: await openNodeKey(database),
    secrets,
    recipient,
    keysFor: recipient,
    previous: null,
  };
  await writeDepositFile(database, { folder, order });
  const { database: target } = await emptyDatabase(t, databases);
  await restore(folder, target, { identity: 'new' });
  t.equal(await readDigest(target), await readDigest(database));
  t.strictSame(
    await migrate(target),
    known
      .map(({ name }) => name)
      .filter((name) => name >= '0030')
      .sort(),
  );
});

t.test('what the changes do not tell makes the next deposit a full one', async (t) => {
  const { database, deposit, put } = await openNode(t, databases);
  await put('A', 'one');
  await put('B', 'one');
  const { manifest: first } = await deposit();
  await database.query(`delete from identifiers where suffix_key = 'A'`);
  t.equal((await deposit(first)).manifest.kind, 'full', 'rows are gone');
  const { manifest: second } = await deposit();
  t.equal((await deposit(second)).manifest.kind, 'incremental');
  await database.query(`insert into migrations (name, sha256) values ('9999_later.sql', repeat('0', 64))`);
  t.equal((await deposit(second)).manifest.kind, 'full', 'the schema is another');
});

t.test('entries that were cleared away do not come back', async (t) => {
  const { database, folder, deposit } = await openNode(t, databases);
  await writeAll(database, 1);
  const { manifest } = await deposit();
  await writeAll(database, 2);
  await database.query(`alter table audit_entries disable trigger user`);
  await database.query('delete from audit_entries where seq = 1');
  await deposit(manifest);
  const { database: target } = await emptyDatabase(t, databases);
  await restore(folder, target);
  const seqs = 'select seq from audit_entries order by seq';
  t.strictSame(await target.query(seqs), await database.query(seqs));
  t.notMatch(await target.query(seqs), [{ seq: 1 }]);
});

t.test('nothing is restored when something is wrong, and each fault has its message', async (t) => {
  const { database, folder, deposit, put } = await openNode(t, databases);
  await put('A', 'x'.repeat(2_000));
  const full = await deposit();
  await put('B', 'one');
  const second = await deposit(full.manifest);
  const { database: target } = await emptyDatabase(t, databases);
  const isEmpty = async () =>
    (await target.query('select from information_schema.tables where table_schema = current_schema()')).length === 0;
  const { privateKey: otherKey } = generateKeyPairSync('x25519');
  await t.rejects(restore(folder, target, { key: otherKey }), {
    code: 'DEPOSIT_KEY',
    message: /is sealed for x25519:/,
  });
  await t.rejects(restore(folder, target, { keysKey: otherKey }), { code: 'DEPOSIT_KEY' });
  t.ok(await isEmpty(), 'all or nothing');

  const alter = async (path: string, at: number) => {
    const file = await open(path, 'r+');
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    await file.write(Buffer.of(byte.readUInt8(0) ^ 1), 0, 1, at);
    await file.close();
  };
  const middle = Math.floor(full.manifest.bytes / 2);
  await alter(full.path, middle);
  await t.rejects(assertWhole(full), {
    code: 'DEPOSIT_ALTERED',
    message: `${full.path}: Its data is not what its node has signed`,
  });
  await t.rejects(restore(folder, target), { code: 'DEPOSIT_ALTERED' });
  await alter(full.path, middle);
  await alter(full.path, full.manifest.bytes + 10);
  await t.rejects(listDeposits(folder), { code: 'DEPOSIT_ALTERED', message: /manifest/ });
  await alter(full.path, full.manifest.bytes + 10);
  await assertWhole(full);

  await t.rejects(restoreDeposits(target, { chain: [second], ...KEYS }), {
    code: 'DEPOSIT_ALTERED',
    message: /The table "\w+" came to/,
  });
  await rm(full.path);
  await t.rejects(restore(folder, target), { code: 'DEPOSIT_GAP', message: new RegExp(full.manifest.id) });
  t.ok(await isEmpty());
  await t.rejects(restoreDeposits(database, { chain: [second], ...KEYS }), {
    code: 'INVALID_SETTING',
    message: /empty database/,
  });
  await t.rejects(restoreDeposits(target, { chain: [], ...KEYS }), { code: 'DEPOSIT_GAP' });
});

t.test('a deposit of another version of the schema is refused by name', async (t) => {
  const { database, folder, deposit } = await openNode(t, databases);
  await database.query(`insert into migrations (name, sha256) values ('9999_later.sql', repeat('0', 64))`);
  await deposit();
  const { database: target } = await emptyDatabase(t, databases);
  await t.rejects(restore(folder, target), { code: 'DEPOSIT_SCHEMA', message: /9999_later\.sql/ });
});

t.test('a manifest says who signed it, and what it comes to', async (t) => {
  const { database, key, deposit } = await openNode(t, databases);
  const { manifest } = await deposit();
  t.equal(signerOf(manifest), key.subject);
  t.equal(digestOfState(manifest.state), await readDigest(database));
});
