import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { claimDataFolder } from '../../../src/database/embedded/owner.ts';
import { eventually, openWorkshop, query } from './support.ts';

t.test('of 20 claims at once exactly one is held, and after its release the next one is', async (t) => {
  const { folder } = await openWorkshop(t);
  for (let round = 0; round < 3; round++) {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => claimDataFolder(folder)));
    const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    t.equal(held.length, 1);
    await held[0]?.release();
  }
  t.strictSame(await readdir(join(folder, 'owners')), []);
});

t.test('a claim whose pid was given to another process counts no more', async (t) => {
  const { folder } = await openWorkshop(t);
  await mkdir(join(folder, 'owners'));
  await writeFile(join(folder, 'owners', `${process.pid}-0a0b0c0d.1-12345678`), '');
  const claim = await claimDataFolder(folder);
  await claim.release();
});

t.test(
  'a folder of another live process is refused; of a killed one its server is stopped and its rows found',
  async (t) => {
    const { folder, start, spawnOwner } = await openWorkshop(t);
    const owner = spawnOwner();
    t.match(await owner.nextLine(), { log: 'database server started' });
    const { url = '', pid: orphan = 0 } = await owner.nextLine();
    await query(url, 'create table kept as select 42 as answer');
    await t.rejects(start(), { code: 'INVALID_SETTING', message: `in use by process ${owner.child.pid};` });
    t.strictSame(await query(url, 'select answer from kept'), [{ answer: 42 }], 'the refused start does no harm');

    await owner.kill();
    t.strictSame(await query(url, 'select answer from kept'), [{ answer: 42 }], 'the server outlives its owner');
    const logged: unknown[] = [];
    const server = await start({ log: (message, details) => logged.push(message, details) });
    t.match(logged, ['stopped the database server of a process that was killed', { pid: orphan }]);
    t.not(server.pid, orphan);
    t.strictSame(await query(server.url('postgres'), 'select answer from kept'), [{ answer: 42 }]);

    t.test('owner and server killed together leave nothing that hinders a start', async (t) => {
      await server.close();
      const second = spawnOwner();
      await second.nextLine();
      const { pid = 0 } = await second.nextLine();
      await second.kill();
      process.kill(pid, 'SIGKILL');
      const third = await start();
      t.strictSame(await query(third.url('postgres'), 'select answer from kept'), [{ answer: 42 }]);
      await third.close();
    });

    t.test('a pid file that names a stranger does not, and the stranger lives on', async (t) => {
      const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      t.teardown(() => stranger.kill('SIGKILL'));
      await writeFile(
        join(folder, 'data/cluster/postmaster.pid'),
        `${stranger.pid}\n${join(folder, 'data/cluster')}\n`,
      );
      const server = await start();
      t.strictSame(await query(server.url('postgres'), 'select answer from kept'), [{ answer: 42 }]);
      t.equal(stranger.exitCode ?? stranger.signalCode, null);
      await server.close();
    });
  },
);

t.test('an owner killed while it makes the cluster leaves no half of one', async (t) => {
  const { folder, start, spawnOwner } = await openWorkshop(t);
  const owner = spawnOwner();
  await eventually(async () => {
    const [draft = 'none'] = (await readdir(join(folder, 'data'))).filter((name) => name.startsWith('cluster-draft-'));
    return (await readFile(join(folder, 'data', draft, 'cluster/PG_VERSION'), 'utf8')) !== '';
  });
  await owner.kill();

  t.test('and of two later starts at once one wins, while the other says who has the folder', async (t) => {
    const outcomes = await Promise.allSettled([start(), start()]);
    const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const losers = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    t.match(losers, [{ code: 'INVALID_SETTING', message: `is in use by process ${process.pid};` }]);
    t.equal(winners.length, 1);
    t.strictSame(await query(winners[0]?.url('postgres') ?? '', 'select 1 as one'), [{ one: 1 }]);
    t.strictSame(
      (await readdir(join(folder, 'data'))).filter((name) => name.startsWith('cluster')),
      ['cluster'],
    );
  });
});
