import { join } from 'node:path';
import t from 'tap';
import { DailyDeposits } from '../../../src/governance/escrow/daily-deposits.ts';
import { listDeposits } from '../../../src/governance/escrow/deposit-file.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { startDatabases } from '../../support/database.ts';
import { openNode, recipient } from './open-node.ts';

const databases = await startDatabases(t);
const log = createLogger({ level: 'silent', node: 'test' });

t.test('a day has one deposit, made by one process; the next one goes on from it but for Sundays', async (t) => {
  const { database, key, secrets, folder, put } = await openNode(t, databases);
  const options = { database, name: '88.101', key, secrets, folder, recipient, log };
  const [one, other] = [new DailyDeposits(options), new DailyDeposits(options)];
  const made = await Promise.all([one.depositIfDue(), other.depositIfDue()]);
  t.equal(made.filter((deposit) => deposit !== null).length, 1, 'of two processes one makes it');
  t.equal(await one.depositIfDue(), null, 'that was the deposit of the day');

  await put('A', 'one');
  await database.query(`update escrow_deposits set made_at = made_at - interval '1 day'`);
  const next = await other.depositIfDue();
  const [{ isSunday = false } = {}] = await database.query<{ isSunday: boolean }>(
    `select extract(dow from now() at time zone 'UTC') = 0 as "isSunday"`,
  );
  t.equal(next?.manifest.kind, isSunday ? 'full' : 'incremental');
  t.equal((await listDeposits(folder)).length, 2);
});

t.test('a folder that cannot be written to is tried again later', async (t) => {
  const { database, key, secrets, folder } = await openNode(t, databases);
  const options = { database, name: '88.101', key, secrets, recipient, log };
  const file = join(t.testdir({ file: '' }), 'file');
  const failing = new DailyDeposits({ ...options, folder: join(file, 'deposits') });
  await t.rejects(failing.depositIfDue());
  const well = new DailyDeposits({ ...options, folder });
  t.equal(await well.depositIfDue(), null, 'not at once');
  await database.query('update escrow_claim set claimed_until = now()');
  t.not(await well.depositIfDue(), null);
});
