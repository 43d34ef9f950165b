import t from 'tap';
import { Database, type Queryable } from '../../../src/database/database.ts';
import { migrate } from '../../../src/database/migrate.ts';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import { USUALLY_PARTITIONED } from '../../../src/database/partition/partitionable.ts';
import { Replicas } from '../../../src/database/replicas.ts';
import { parsePrefix } from '../../../src/identifier/prefix.ts';
import { readNode } from '../../../src/registry/feed.ts';
import { RecordReader } from '../../../src/registry/record-reader.ts';
import { until } from '../../resolve/until.ts';
import { startReplication } from '../../support/replication.ts';
import { countParts, fill } from './fill.ts';

t.test(
  'a replica is read before, while and after its primary is partitioned, and cannot be partitioned itself',
  async (t) => {
    const servers = await startReplication(t);
    const [primary, standby] = [servers.primary, servers.replica].map(
      (server) => new Database({ url: server.url('postgres'), poolSize: 4 }),
    ) as [Database, Database];
    t.teardown(() => Promise.all([primary.close(), standby.close()]));
    await migrate(primary);
    await fill(primary, { prefixes: 20, each: 500 });
    const caughtUp = async () => {
      const [row] = await primary.query<{ lsn: string }>('select pg_current_wal_lsn()::text as lsn');
      const behind = 'select pg_last_wal_replay_lsn() >= $1::pg_lsn as there';
      await until(async () => (await standby.query<{ there: boolean }>(behind, [row?.lsn]))[0]?.there, 60_000);
    };
    await caughtUp();
    const lost: unknown[] = [];
    const urls = [servers.replica.url('postgres')];
    const replicas = await Replicas.open({ urls, poolSize: 2, primary, onLost: (error) => lost.push(error) });
    t.teardown(() => replicas.close());
    const { feedHead } = await readNode(primary);
    const asked: unknown[] = [];
    // What the primary is asked instead.
    const instead: Queryable = {
      query: (statement, values) => {
        asked.push(statement);
        return primary.query(statement, values);
      },
    };
    const reader = new RecordReader(instead, { nearby: { replicas, needed: () => feedHead } });

    const stop = new AbortController();
    let found = 0;
    const read = async () => {
      for (let n = 0; !stop.signal.aborted; n++) {
        const name = { prefix: parsePrefix(`88.1.${1 + (n % 20)}`), suffixKey: `N${1 + (n % 500)}` };
        const record = await reader.find(name);
        if (record === null) throw new Error(`${name.prefix}/${name.suffixKey} was not found`);
        found++;
      }
    };
    const reading = read();
    reading.catch(() => stop.abort());
    await until(() => stop.signal.aborted || found > 0, 60_000);
    await t.rejects(partitionTables(standby, { tables: ['identifiers'], parts: 4 }), {
      code: 'INVALID_SETTING',
      message: /This server is a standby and takes no writes: name the primary/,
    });
    await partitionTables(primary, { tables: USUALLY_PARTITIONED, parts: 4 });
    await caughtUp();
    const before = found;
    await until(() => stop.signal.aborted || found > before + 20, 60_000);
    stop.abort();
    await reading;
    t.equal(await countParts(standby, 'identifiers'), 4);
    t.strictSame(lost, [], 'the replica was not given up');
    t.strictSame(asked, [], 'nor was the primary asked in its place');
  },
);
