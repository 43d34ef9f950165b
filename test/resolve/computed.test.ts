import t, { type Test } from 'tap';
import { openRedis, type RedisLayer } from '../../src/cache/open-redis.ts';
import { replaceAll, withdraw } from '../../src/registry/change-values.ts';
import { writeRecord } from '../../src/registry/write-record.ts';
import { urlValue, writeOf } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';
import { redisMissing, startRedis } from '../support/redis.ts';
import { openNode, openProcess, publish, withdrawPattern } from './computed-process.ts';
import { until } from './until.ts';

const databases = await startDatabases(t);
const SERIAL = '88.108/s0042';
const own = (text = SERIAL) => writeOf(text, replaceAll([urlValue('own row')], { overwrite: true }));

async function openTwo(t: Test, redis: () => Promise<RedisLayer | null>) {
  const database = await openNode(t, await databases.create());
  const [a, b] = [await openProcess(t, database, await redis()), await openProcess(t, database, await redis())];
  const catchUp = () => Promise.all([a.catchUp(), b.catchUp()]);
  return { database, a, b, catchUp };
}

for (const [title, skip] of [
  ['in memory', false],
  ['in memory and in Redis', redisMissing()],
] as const) {
  t.test(title, { skip }, async (t) => {
    const shared = title === 'in memory' ? null : await startRedis(t);
    let nodes = 0;
    /** Two processes share the keys of a node; each test has a node of its own. */
    const opener = (t: Test) => {
      const nodeId = `node ${++nodes}`;
      return async () => {
        if (shared === null) return null;
        const layer = openRedis({ place: shared.place, nodeId, now: Date.now });
        t.teardown(async () => layer.close());
        await until(() => layer.cache.attach(0).then(() => true));
        return layer;
      };
    };

    t.test('absence, a pattern, another pattern and absence follow each other in every process', async (t) => {
      const { database, a, b, catchUp } = await openTwo(t, opener(t));
      for (const process of [a, b, a, b]) t.match(await process.ask(SERIAL), { kind: 'absent' });
      await publish(database, 'first {counter}');
      await catchUp();
      t.match(await a.ask(SERIAL), { source: 'computed', version: 0, says: 'first 0042' });
      for (const process of [a, b, a, b]) {
        const answer = await process.ask(SERIAL);
        t.match(answer, { says: 'first 0042' });
      }
      t.match(await a.ask(SERIAL), { source: 'memory' });
      await publish(database, 'second {counter}');
      await catchUp();
      for (const process of [a, b, a, b]) t.match(await process.ask(SERIAL), { says: 'second 0042' });
      await withdrawPattern(database);
      await catchUp();
      for (const process of [a, b, a, b]) t.match(await process.ask(SERIAL), { kind: 'absent' });
    });

    t.test('a row of its own overrides, a tombstone too', async (t) => {
      const { database, a, b, catchUp } = await openTwo(t, opener(t));
      await publish(database, 'computed {counter}');
      await catchUp();
      for (const process of [a, b]) t.match(await process.ask(SERIAL), { says: 'computed 0042' });
      await writeRecord(database, own());
      await catchUp();
      for (const process of [a, b, a, b]) t.match(await process.ask(SERIAL), { version: 1, says: 'own row' });
      await writeRecord(database, writeOf(SERIAL, withdraw(undefined)));
      await catchUp();
      for (const process of [a, b, a, b]) t.match(await process.ask(SERIAL), { kind: 'withdrawn' });
      t.match(await a.ask('88.108/S0043'), { says: 'computed 0043' }, 'and no other serial number');
    });

    t.test('a computed answer under way while its own row is written is kept nowhere', async (t) => {
      const { database, a, b, catchUp } = await openTwo(t, opener(t));
      await publish(database, 'computed {counter}');
      await catchUp();
      const { arrived, open } = a.hold();
      const asked = a.ask(SERIAL);
      await arrived;
      await writeRecord(database, own());
      await catchUp();
      open();
      t.match(await asked, { says: 'computed 0042' }, 'it began before the write');
      for (const process of [a, b, a, b]) t.match(await process.ask(SERIAL), { version: 1, says: 'own row' });
    });

    t.test('an answer under way while the pattern changes is kept nowhere', async (t) => {
      const { database, a, b, catchUp } = await openTwo(t, opener(t));
      await publish(database, 'first {counter}');
      await catchUp();
      for (const turn of ['second', 'third']) {
        const { arrived, open } = a.hold();
        const asked = a.ask(SERIAL);
        await arrived;
        await publish(database, `${turn} {counter}`);
        // The other process knows first, and has answered by the new pattern.
        await b.catchUp();
        t.match(await b.ask(SERIAL), { says: `${turn} 0042` });
        if (turn === 'second') await a.catchUp();
        open();
        await asked;
        await catchUp();
        for (const process of [a, b, a, b]) t.match(await process.ask(SERIAL), { says: `${turn} 0042` }, turn);
        // The next turn asks the store again.
        await publish(database, `${turn} {counter}`);
        await catchUp();
      }
    });
  });
}
