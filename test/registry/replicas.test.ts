import t from 'tap';
import { Database, type Queryable } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { Replicas } from '../../src/database/replicas.ts';
import { parseIdentifier } from '../../src/identifier/identifier.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import { readNode } from '../../src/registry/feed.ts';
import { RecordReader } from '../../src/registry/record-reader.ts';
import { writeRecord } from '../../src/registry/write-record.ts';
import { until } from '../resolve/until.ts';
import { startReplication } from '../support/replication.ts';
import { UNRESTRICTED } from '../support/unrestricted.ts';
import { noTemplates } from './open-database.ts';

const prefix = parsePrefix('88.101');

t.test('with a primary and its replica', async (t) => {
  const servers = await startReplication(t);
  const primary = new Database({ url: servers.primary.url('postgres'), poolSize: 2 });
  t.teardown(() => primary.close());
  await migrate(primary);
  const standby = new Database({ url: servers.replica.url('postgres'), poolSize: 1 });
  t.teardown(() => standby.close());
  await until(() => standby.query('select 1 from node'));

  const write = async (suffix: string): Promise<number> => {
    await writeRecord(primary, {
      ...{ identifier: parseIdentifier(`88.101/${suffix}`), suffixKey: suffix, actor: 'test', templates: noTemplates },
      ...{ change: () => ({ values: [] }), authority: UNRESTRICTED },
    });
    return (await readNode(primary)).feedHead;
  };
  const open = (urls: readonly string[], lost: unknown[] = []) =>
    Replicas.open({ urls, poolSize: 2, primary, onLost: (error) => lost.push(error) });

  const lost: unknown[] = [];
  const replicas = await open([servers.replica.url('postgres')], lost);
  t.teardown(() => replicas.close());
  /** What the reader does with the primary, and what it must see at least. */
  const seen = { primary: 0, needed: 0 as number | null };
  const counted: Queryable = {
    query: (statement, values) => {
      seen.primary++;
      return primary.query(statement, values);
    },
  };
  const reader = new RecordReader(counted, { nearby: { replicas, needed: () => seen.needed } });
  const find = async (suffixKey: string) => {
    seen.primary = 0;
    const record = await reader.find({ prefix, suffixKey });
    return { version: record?.version, from: seen.primary === 0 ? 'replica' : 'primary' };
  };
  const fromReplica = (suffixKey: string) => until(async () => (await find(suffixKey)).from === 'replica');

  t.test('a replica that has what was applied is read, names that exist and names that do not', async (t) => {
    seen.needed = await write('a');
    await fromReplica('a');
    t.same(await find('a'), { version: 1, from: 'replica' });
    t.same(await find('b'), { version: undefined, from: 'replica' });
    const many = await Promise.all(['b', 'a', 'c', 'a'].map((suffixKey) => reader.find({ prefix, suffixKey })));
    t.same(
      many.map((record) => record?.version),
      [undefined, 1, undefined, 1],
    );
  });

  t.test('a replica that is behind is passed over until it has caught up', async (t) => {
    await standby.query('select pg_wal_replay_pause()');
    seen.needed = await write('a');
    t.same(await find('a'), { version: 2, from: 'primary' });
    await standby.query('select pg_wal_replay_resume()');
    await fromReplica('a');
    t.same(await find('a'), { version: 2, from: 'replica' });
    t.same(lost, [], 'being behind is no failure');
  });

  t.test('while it is not known what was changed the primary is read', async (t) => {
    seen.needed = null;
    t.same(await find('a'), { version: 2, from: 'primary' });
  });

  t.test('a replica that is gone costs no answer, and is read again when it is back', async (t) => {
    seen.needed = (await readNode(primary)).feedHead;
    await fromReplica('a');
    await servers.replica.kill();
    t.same(await find('a'), { version: 2, from: 'primary' });
    t.equal(lost.length, 1);
    t.same(await find('a'), { version: 2, from: 'primary' });
    await servers.replica.restart();
    await fromReplica('a');
    t.equal(lost.length, 1, 'it is told once');
  });

  t.test('what is no replica of this database is refused with its reason', async (t) => {
    const refused = (url: string, reason: RegExp) =>
      t.rejects(open([servers.replica.url('postgres'), url]), { code: 'INVALID_SETTING', message: reason });
    await refused(servers.primary.url('postgres'), /a primary, which nothing keeps/);
    await refused(servers.replica.url('template1'), /another cluster or another node/);
    const other = await open(['postgres://nobody@127.0.0.1:1/none']);
    t.equal(other.next(), null, 'one that cannot be reached is waited for');
    await other.close();
  });
});
