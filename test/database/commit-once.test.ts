import t from 'tap';
import { commitOnce } from '../../src/database/commit-once.ts';
import { Database } from '../../src/database/database.ts';
import { startDatabases } from '../support/database.ts';
import { startTcpProxy } from '../tree/tcp-proxy.ts';

const databases = await startDatabases(t);
const url = await databases.create();
const direct = new Database({ url, poolSize: 2 });
t.teardown(() => direct.close());
await direct.query('create table done (n integer)');

t.test('a transaction whose commit went in and was not answered is not made again', async (t) => {
  const proxy = await startTcpProxy(t, url);
  const database = new Database({ url: proxy.url, poolSize: 1 });
  t.teardown(() => database.close());
  let attempts = 0;
  const value = await commitOnce(database, async (tx, connection) => {
    attempts++;
    await tx.query('insert into done values (1)');
    if (attempts > 1) return 'second';
    // The commit reaches the server; its answer, and all that follows, does not come back.
    const query = connection.query.bind(connection) as (...given: unknown[]) => Promise<unknown>;
    connection.query = (async (...given: unknown[]) => {
      const answer = await query(...given);
      if (given[0] !== 'commit') return answer;
      await proxy.cut();
      await proxy.mend();
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    }) as never;
    return 'first';
  });
  t.equal(value, 'first', 'what the transaction that is in gave');
  t.equal(attempts, 1);
  t.strictSame(await direct.query('select n from done'), [{ n: 1 }]);
});

t.test('a transaction that did not go in is made again, also after a race', async (t) => {
  const database = new Database({ url, poolSize: 1 });
  t.teardown(() => database.close());
  await direct.query('truncate done');
  const kill = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kapok' and pid = $1";
  let attempts = 0;
  const value = await commitOnce(database, async (tx) => {
    await tx.query('insert into done values ($1)', [++attempts]);
    if (attempts === 1) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    if (attempts > 2) return attempts;
    const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    await direct.query(kill, [row?.pid]);
    return attempts;
  });
  t.equal(value, 3);
  t.strictSame(await direct.query('select n from done'), [{ n: 3 }]);
});

t.test('what is wrong with the work itself is not tried again', async (t) => {
  let attempts = 0;
  const work = async () => {
    attempts++;
    throw new Error('no');
  };
  await t.rejects(commitOnce(direct, work), { message: 'no' });
  t.equal(attempts, 1);
});
