import type { KeyObject } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Database, Queryable } from '../../database/database.ts';
import { findUnknownMigration, migrateTo } from '../../database/migrate.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { applyRows } from './apply-rows.ts';
import { type DepositFile, ofFile, readData } from './deposit-file.ts';
import { openKeys } from './deposit-keys.ts';
import { readLines } from './deposit-lines.ts';
import { digestOfState, type Manifest } from './manifest.ts';
import { readState, readTables, setFormat } from './node-state.ts';
import { open } from './seal.ts';

export interface RestoreOptions {
  /** A full deposit and those that go on from it. */
  readonly chain: readonly DepositFile[];
  /** Opens the rows. */
  readonly key: KeyObject;
  /** Opens the node's own keys; null: they stay closed. */
  readonly keysKey: KeyObject | null;
  /** `new`: the node makes a key of its own at its next start, and is another one to its neighbours. */
  readonly identity: 'kept' | 'new';
  /** Keeps the key that personal data is sealed by; called before anything is committed. */
  readonly keepSecretKey: (key: Buffer) => Promise<void>;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Of what the database holds now, counted there. */
  readonly digest: string;
}

/**
 * Rebuilds a node from its deposits in an empty database: all or nothing, in one transaction that is committed only when
 * each table holds what the node has signed that it held.
 */
export async function restoreDeposits(database: Database, options: RestoreOptions): Promise<Restored> {
  const { chain, key } = options;
  const last = chain.at(-1);
  if (last === undefined) throw new KapokError('DEPOSIT_GAP', { message: 'There is no deposit to restore' });
  const { manifest } = last;
  await assertKnownSchema(last);
  return database.transaction(async (tx) => {
    await setFormat(tx);
    await assertEmpty(tx);
    await migrateTo(tx, manifest.migrations);
    await setTriggers(tx, 'disable');
    for (const deposit of chain) await applyDeposit(tx, deposit, key);
    await restoreKeys(tx, last, options);
    await assertState(tx, manifest);
    await setTriggers(tx, 'enable');
    if (options.identity === 'new') await pauseWebhooks(tx);
    return { manifest, digest: digestOfState(manifest.state) };
  });
}

async function assertKnownSchema({ path, manifest }: DepositFile): Promise<void> {
  const unknown = await findUnknownMigration(manifest.migrations);
  if (unknown === null) return;
  const message = `${path} was made by another version of Kapok, with the migration ${unknown.name}, which this one does not have so`;
  throw new KapokError('DEPOSIT_SCHEMA', { message });
}

async function assertEmpty(tx: Queryable): Promise<void> {
  const text = `select table_name as name from information_schema.tables where table_schema = current_schema() limit 1`;
  const [row] = await tx.query<{ name: string }>(text);
  if (row === undefined) return;
  const message = `The database holds the table "${row.name}"; a node is restored into an empty database alone`;
  throw new KapokError('INVALID_SETTING', { message, at: 'database' });
}

/** What triggers did when the rows were written first must not be done to them again. */
async function setTriggers(tx: Queryable, to: 'enable' | 'disable'): Promise<void> {
  for (const { table } of await readTables(tx)) await tx.query(`alter table ${table.table} ${to} trigger user`);
}

/** Another node may run beside the one that the deposit is of, which sends what it has to tell. */
async function pauseWebhooks(tx: Queryable): Promise<void> {
  const [row] = await tx.query<{ exists: boolean }>(`select to_regclass('webhooks') is not null as exists`);
  if (row?.exists) await tx.query(`update webhooks set state = 'paused' where state = 'active'`);
}

async function applyDeposit(tx: Queryable, deposit: DepositFile, key: KeyObject): Promise<void> {
  try {
    await pipeline(open(readData(deposit), key), createGunzip(), (plain: AsyncIterable<Buffer>) =>
      applyRows(tx, readLines(plain), { isFull: deposit.manifest.kind === 'full' }),
    );
  } catch (error) {
    throw ofFile(deposit.path, error);
  }
}

async function restoreKeys(tx: Queryable, { path, manifest }: DepositFile, options: RestoreOptions): Promise<void> {
  const { keysKey, identity, keepSecretKey } = options;
  if (manifest.keys === null || keysKey === null) {
    if (identity === 'new') return;
    const message = `${path} gives no key of the node: restore it with a new identity`;
    throw new KapokError('DEPOSIT_KEY', { message });
  }
  const { nodeKey, secretKey } = await openKeys(manifest.keys, keysKey).catch((error) => {
    throw ofFile(path, error);
  });
  if (identity === 'kept') await tx.query('update node set private_key = $1', [nodeKey]);
  if (secretKey !== null) await keepSecretKey(secretKey);
}

async function assertState(tx: Queryable, { state }: Manifest): Promise<void> {
  for (const [table, now] of await readState(tx, await readTables(tx))) {
    const then = state[table];
    if (then === undefined || (then.rows === now.rows && then.digest === now.digest)) continue;
    const message = `The table "${table}" came to ${now.rows} rows with the digest ${now.digest}, not to ${then.rows} with ${then.digest}`;
    throw new KapokError('DEPOSIT_ALTERED', { message });
  }
}
