import { chmod, lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { isCheckoutOpen, isLinux, isRoot, openWorkshop, query } from './support.ts';
import { namespaceWithoutNamespaces, openGate } from './user-namespace.ts';

const needsOpenCheckout = {
  skip: isRoot && isCheckoutOpen ? false : 'only root can run code as another user, and only open code',
};
const needsRoot = { skip: isRoot && isLinux ? false : 'only root on Linux has several ways to run a server' };

t.test('a server starts below a folder that only its user can enter', async (t) => {
  const { folder, start, spawnOwner } = await openWorkshop(t);
  const data = join(folder, 'data');
  t.equal((await lstat(folder)).mode & 0o777, 0o700);
  const closed = await start();
  await query(closed.url('postgres'), 'create table kept as select 42 as answer');
  await closed.close();

  t.test('and goes on when the folder is opened, closed and of no use between two starts', needsRoot, async (t) => {
    const uidOfCluster = async () => (await lstat(join(data, 'cluster/base'))).uid;
    t.equal(await uidOfCluster(), 0, 'in a user namespace the files are root’s');

    await chmod(folder, 0o711);
    const open = await start();
    t.strictSame(await query(open.url('postgres'), 'select answer from kept'), [{ answer: 42 }]);
    await open.close();
    t.equal(await uidOfCluster(), isCheckoutOpen ? 65_534 : 0, 'the uid must reach the binaries too');

    await chmod(folder, 0o700);
    const closedAgain = await start();
    t.strictSame(await query(closedAgain.url('postgres'), 'select answer from kept'), [{ answer: 42 }]);
    await closedAgain.close();
    t.equal(await uidOfCluster(), 0);

    // Nobody can enter, and no user namespace can be made: the cluster must move, and is found there ever after.
    const owner = spawnOwner({ prefix: namespaceWithoutNamespaces });
    await openGate(owner.child);
    const moved = await owner.nextLine();
    t.match(moved.log, /^the database of .* is kept in .*\/kapok-[0-9a-f]{12}, because/);
    const refuge = (await readFile(join(data, 'location'), 'utf8')).trim();
    t.teardown(() => rm(refuge, { recursive: true, force: true }));
    t.match(moved.log, refuge);
    t.match(await owner.nextLine(), { log: 'database server started' });
    const { url = '' } = await owner.nextLine();
    t.strictSame(await query(url, 'select answer from kept'), [{ answer: 42 }]);
    t.strictSame(await query(url, "select current_setting('data_directory') as at"), [{ at: join(refuge, 'cluster') }]);
    owner.child.stdin?.end();
    t.match(await owner.nextLine(), { log: 'closed' });
    await t.rejects(lstat(join(data, 'cluster')), { code: 'ENOENT' });

    const later = await start();
    t.strictSame(await query(later.url('postgres'), 'select answer from kept'), [{ answer: 42 }]);
    await later.close();
    await rm(refuge, { recursive: true });
    await t.rejects(start(), { code: 'INVALID_SETTING', message: `was kept in ${refuge}, which is gone` });
  });
});

t.test('another user than root runs the server as itself', needsOpenCheckout, async (t) => {
  const { folder, spawnOwner } = await openWorkshop(t);
  await chmod(folder, 0o777);
  const owner = spawnOwner({ uid: 1 });
  t.match(await owner.nextLine(), { log: 'database server started' });
  const { url = '' } = await owner.nextLine();
  t.strictSame(await query(url, 'select 1 as one'), [{ one: 1 }]);
  t.equal((await lstat(join(folder, 'data/cluster'))).uid, 1);
  t.equal((await lstat(join(folder, 'data'))).mode & 0o777, 0o700);
  owner.child.stdin?.end();
  t.match(await owner.nextLine(), { log: 'closed' });
});
