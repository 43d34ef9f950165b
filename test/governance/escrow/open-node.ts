import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import { openNodeKey } from '../../../src/access/node-key.ts';
import { Database } from '../../../src/database/database.ts';
import { writeDepositFile } from '../../../src/governance/escrow/deposit-folder.ts';
import type { Manifest } from '../../../src/governance/escrow/manifest.ts';
import { digestOfState } from '../../../src/governance/escrow/manifest.ts';
import { readState, readTables, setFormat } from '../../../src/governance/escrow/node-state.ts';
import { recipientOf } from '../../../src/governance/escrow/recipient.ts';
import type { Prefix } from '../../../src/identifier/prefix.ts';
import { replaceAll } from '../../../src/registry/change-values.ts';
import { ensureOwnPrefix } from '../../../src/registry/own-prefix.ts';
import { writeRecord } from '../../../src/registry/write-record.ts';
import { openDatabase, urlValue, writeOf } from '../../registry/open-database.ts';
import type { TestDatabases } from '../../support/database.ts';

export const { privateKey: openingKey } = generateKeyPairSync('x25519');
export const recipient = recipientOf(openingKey);

/** A node's database that makes deposits into a folder, without the node around it. */
export async function openNode(t: Test, databases: TestDatabases) {
  const { database } = await openDatabase(t, databases);
  await ensureOwnPrefix(database, '88.101' as Prefix);
  const key = await openNodeKey(database);
  const secretKey = randomBytes(32);
  const secrets = { findKey: async () => secretKey };
  const folder = t.testdir({});
  const deposit = async (previous: Manifest | null = null, more: { keysFor?: null } = {}) => {
    const order = { name: '88.101', key, secrets, recipient, keysFor: recipient, previous, ...more };
    return writeDepositFile(database, { folder, order });
  };
  const put = (suffix: string, text: string) =>
    writeRecord(database, writeOf(`88.101/${suffix}`, replaceAll([urlValue(text)], { overwrite: true })));
  return { database, key, secretKey, secrets, folder, deposit, put };
}

/** The digest of what a database holds, computed there and not taken from a manifest. */
export function readDigest(database: Database): Promise<string> {
  return database.transaction(async (tx) => {
    await setFormat(tx);
    return digestOfState(Object.fromEntries(await readState(tx, await readTables(tx))));
  });
}

export async function emptyDatabase(t: Test, databases: TestDatabases): Promise<{ database: Database; url: string }> {
  const url = await databases.createEmpty();
  const database = new Database({ url, poolSize: 2 });
  t.teardown(() => database.close());
  return { database, url };
}
