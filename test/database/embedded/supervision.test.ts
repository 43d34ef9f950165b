import t from 'tap';
import { eventually, openWorkshop, query } from './support.ts';

t.test('a server that is killed', async (t) => {
  const { start } = await openWorkshop(t);

  t.test('is started again on its port, with every committed row, as often as it is killed', async (t) => {
    const messages: string[] = [];
    const server = await start({ log: (message) => messages.push(message) });
    const { port } = server;
    const url = server.url('postgres');
    await query(url, 'create table acknowledged (n int)');
    for (const n of [1, 2]) {
      await query(url, `insert into acknowledged values (${n})`);
      const { pid } = server;
      process.kill(pid, 'SIGKILL');
      const rows = await eventually(() => query(url, 'select count(*)::int as count from acknowledged'));
      t.strictSame(rows, [{ count: n }]);
      await eventually(() => server.pid !== pid);
      t.equal(server.port, port);
    }
    t.strictSame(
      messages.filter((message) => !/did not start/.test(message)),
      [
        'database server started',
        ...['database server ended unexpectedly', 'database server restarted'],
        ...['database server ended unexpectedly', 'database server restarted'],
      ],
    );
    await server.close();
  });

  t.test('is started again although a statement of it is still at work', async (t) => {
    const server = await start();
    const url = server.url('postgres');
    const statement = query(url, 'select count(*) from generate_series(1, 1000000000)').catch(({ message }) => message);
    await eventually(async () => {
      const active = "select 1 from pg_stat_activity where state = 'active' and query like '%series%'";
      return (await query(url, `${active} and pid <> pg_backend_pid()`)).length === 1;
    });
    const { pid } = server;
    process.kill(pid, 'SIGKILL');
    await eventually(() => server.pid !== pid);
    t.match(await statement, /terminated/);
    t.strictSame(await query(url, 'select 1 as one'), [{ one: 1 }]);
    await server.close();
  });

  t.test('is not left behind by a close during its restart', async (t) => {
    const messages: string[] = [];
    const server = await start({ log: (message) => messages.push(message) });
    process.kill(server.pid, 'SIGKILL');
    await eventually(() => messages.includes('database server ended unexpectedly'));
    await server.close();
    await t.rejects(query(server.url('postgres'), 'select 1'), { code: 'ECONNREFUSED' });
  });

  t.test('stays down when it is not supervised', async (t) => {
    const messages: string[] = [];
    const server = await start({ superviseRestart: false, log: (message) => messages.push(message) });
    process.kill(server.pid, 'SIGKILL');
    await eventually(() => messages.includes('database server ended unexpectedly'));
    await t.rejects(query(server.url('postgres'), 'select 1'), { code: 'ECONNREFUSED' });
    await server.close();
    t.notOk(messages.includes('database server restarted'));
  });
});
