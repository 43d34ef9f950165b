import { readdir, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { isLinux, openWorkshop, query } from './support.ts';

t.test('a server in an empty folder', async (t) => {
  const { folder, start } = await openWorkshop(t);
  const server = await start({ dataDir: join(folder, 'not/yet/there') });
  const url = server.url('postgres');

  t.test('answers', async (t) => {
    t.strictSame(await query(url, 'select 1 as one'), [{ one: 1 }]);
    t.match(url, /^postgres:\/\/kapok:[\w-]{43}@127\.0\.0\.1:\d+\/postgres$/);
  });

  t.test('refuses a wrong password', async (t) => {
    await t.rejects(query(url.replace(/kapok:[^@]+/, 'kapok:wrong'), 'select 1'), { code: '28P01' });
  });

  t.test('listens on 127.0.0.1 alone', async (t) => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const others = own.map(({ address }) => address).filter((address) => address !== '127.0.0.1');
    // On Linux all of 127.0.0.0/8 is this machine, so there is always another address to try.
    if (isLinux) others.push('127.0.0.2');
    t.equal(await isOpen('127.0.0.1', server.port), true);
    for (const address of others) t.equal(await isOpen(address, server.port), false, address);
    t.strictSame(await query(url, 'show unix_socket_directories'), [{ unix_socket_directories: '' }]);
  });

  t.test('never acknowledges a row that is not on the disk', async (t) => {
    const shown = await query(url, "select current_setting('fsync') as f, current_setting('synchronous_commit') as s");
    t.strictSame(shown, [{ f: 'on', s: 'on' }]);
  });

  t.test('finds Chinese names by their parts', async (t) => {
    await query(url, 'create extension pg_trgm');
    const [row] = await query(url, "select similarity('标识解析体系', '标识解析') as alike, lower('Ä') as lower");
    t.strictSame(row, { alike: 0.5, lower: 'ä' });
  });

  t.test('creates a database once, also when several ask at the same time', async (t) => {
    await Promise.all(Array.from({ length: 4 }, () => server.ensureDatabase('node_1')));
    await server.ensureDatabase('node_1');
    t.strictSame(await query(server.url('node_1'), 'select current_database() as name'), [{ name: 'node_1' }]);
  });

  t.test('refuses a database name that needs quoting', async (t) => {
    for (const name of ['', 'A', '1a', 'a-b', 'a"b', 'a'.repeat(64)]) {
      await t.rejects(server.ensureDatabase(name), { code: 'INVALID_SETTING' }, name);
    }
  });

  t.test('keeps password and log from other users', async (t) => {
    for (const name of ['password', 'server.log']) {
      t.equal((await stat(join(folder, 'not/yet/there', name))).mode & 0o777, 0o600, name);
    }
    t.equal((await stat(join(folder, 'not/yet/there/cluster'))).mode & 0o777, 0o700);
  });
});

t.test('a later start finds port, password and rows; close may be called twice', async (t) => {
  const { folder, start } = await openWorkshop(t);
  const first = await start();
  await query(first.url('postgres'), 'create table kept as select 42 as answer');
  await Promise.all([first.close(), first.close()]);
  await first.close();
  await t.rejects(query(first.url('postgres'), 'select 1'), { code: 'ECONNREFUSED' });
  t.strictSame(await readdir(join(folder, 'data/owners')), []);

  const second = await start();
  t.equal(second.url('postgres'), first.url('postgres'));
  t.strictSame(await query(second.url('postgres'), 'select answer from kept'), [{ answer: 42 }]);
  await second.close();

  await writeFile(join(folder, 'data/cluster/postgresql.conf'), 'max_connections = many\n');
  await t.rejects(
    start(),
    { code: 'DATABASE_UNAVAILABLE', message: /did not start: exit code 1\n.*postgresql\.conf/s },
    'a server that dies at start shows the end of its log',
  );
  t.strictSame(await readdir(join(folder, 'data/owners')), []);
});

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const done = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}
