import t, { type Test } from 'tap';
import { Database, type Queryable } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { SYSTEM } from '../../src/governance/audit/append-audit.ts';
import { parseIdentifier } from '../../src/identifier/identifier.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import { type Change, FEED_PAGE } from '../../src/registry/feed.ts';
import { FeedFollower } from '../../src/registry/feed-follower.ts';
import { writePrefixes } from '../../src/registry/write-prefixes.ts';
import { writeRecord } from '../../src/registry/write-record.ts';
import { noTemplates } from '../registry/open-database.ts';
import { startDatabases } from '../support/database.ts';
import { UNRESTRICTED } from '../support/unrestricted.ts';

t.test('with a database', async (t) => {
  const databases = await startDatabases(t);

  async function openDatabase(t: Test): Promise<Database> {
    const database = new Database({ url: await databases.create(), poolSize: 24 });
    t.teardown(() => database.close());
    await migrate(database);
    return database;
  }

  const write = (database: Database, suffix: string) =>
    writeRecord(database, {
      ...{ identifier: parseIdentifier(`88.101/${suffix}`), suffixKey: suffix, actor: 'test', templates: noTemplates },
      authority: UNRESTRICTED,
      change: () => ({ values: [] }),
    });

  t.test('twenty writers race, and every change is applied once, in order and without a gap', async (t) => {
    const database = await openDatabase(t);
    const seen: Change[] = [];
    const follower = new FeedFollower({ database, from: 0, apply: (changes) => void seen.push(...changes) });
    t.teardown(() => follower.close());
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 10; i++) {
        await write(database, `${(writer * 7 + i) % 10}`);
        follower.wake();
      }
    });
    await Promise.all(writers);
    await follower.catchUp();
    t.same(
      seen.map((change) => change.seq),
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
    t.equal(follower.cursor, 200);
    const versions = new Map<string, number>();
    const steps = seen.map((change) => {
      const key = change.kind === 'record' ? change.key : '';
      const step = change.version - (versions.get(key) ?? 0);
      versions.set(key, change.version);
      return step;
    });
    t.same(new Set(steps), new Set([1]), 'the versions of each record go up by one');
  });

  t.test('a change of a prefix is told apart from that of a record', async (t) => {
    const database = await openDatabase(t);
    const prefix = parsePrefix('88.101.7');
    const settings = { status: 'active', site: null, ttl: 60, suffixCase: 'insensitive', label: '' } as const;
    await writePrefixes(database, [{ prefix, ...settings }], { actor: SYSTEM });
    await write(database, 'a');
    const seen: Change[] = [];
    const follower = new FeedFollower({ database, from: 0, apply: (changes) => void seen.push(...changes) });
    await follower.catchUp();
    t.match(seen, [
      { seq: 1, kind: 'prefix', prefix: '88.101.7', version: 1 },
      { seq: 2, kind: 'record', key: '88.101/a', version: 1 },
    ]);
  });

  t.test('a long feed is applied page by page', async (t) => {
    const database = await openDatabase(t);
    const count = 2 * FEED_PAGE + 1;
    await database.query(`insert into changes (seq, size, prefix, suffix_keys, versions)
      select n, 1, '88.101', array['s' || n], array[1] from generate_series(1, ${count}) as n`);
    const pages: number[] = [];
    const follower = new FeedFollower({ database, from: 0, apply: (changes) => void pages.push(changes.length) });
    await follower.catchUp();
    t.same(pages, [FEED_PAGE, FEED_PAGE, 1]);
    t.equal(follower.cursor, count);
  });

  t.test('who asks while a look is under way gets what was committed before the question', async (t) => {
    const database = await openDatabase(t);
    const held = new HeldQueries(database);
    const seen: number[] = [];
    const apply = (changes: readonly Change[]) => void seen.push(...changes.map((change) => change.seq));
    const follower = new FeedFollower({ database: held, from: 0, apply });
    await write(database, 'a');
    held.hold();
    const early = follower.catchUp();
    await held.reached;
    // The look has its answer already, and does not hold this one.
    await write(database, 'b');
    const late = [follower.catchUp(), follower.catchUp(), follower.catchUp()];
    held.release();
    await early;
    t.same(seen, [1]);
    await Promise.all(late);
    t.same(seen, [1, 2]);
    t.equal(held.queries, 2, 'one more look serves all who asked meanwhile');
  });

  t.test('it is no longer current when it has not read for a second', async (t) => {
    const database = await openDatabase(t);
    let now = 50_000;
    const follower = new FeedFollower({ database, from: 0, apply: () => {}, now: () => now });
    t.ok(follower.current);
    now += 999;
    t.ok(follower.current);
    now += 1;
    t.notOk(follower.current);
    await follower.catchUp();
    t.ok(follower.current);
  });

  t.test('the time of a slow look counts from its beginning', async (t) => {
    const database = await openDatabase(t);
    const held = new HeldQueries(database);
    let now = 50_000;
    const follower = new FeedFollower({ database: held, from: 0, apply: () => {}, now: () => now });
    held.hold();
    const look = follower.catchUp();
    await held.reached;
    now += 1_500;
    held.release();
    await look;
    t.notOk(follower.current, 'what was committed since may be a second and a half old');
  });

  t.test('changes that cannot be applied come again', async (t) => {
    const database = await openDatabase(t);
    await write(database, 'a');
    let works = false;
    const seen: number[] = [];
    const follower = new FeedFollower({
      database,
      from: 0,
      apply: (changes) => {
        if (!works) throw new Error('not now');
        seen.push(...changes.map((change) => change.seq));
      },
    });
    await t.rejects(follower.catchUp(), { message: 'not now' });
    t.equal(follower.cursor, 0);
    works = true;
    await follower.catchUp();
    t.same(seen, [1]);
  });

  t.test('it looks by itself, and no longer when it is closed', async (t) => {
    const database = await openDatabase(t);
    await write(database, 'a');
    let applied: (seq: number) => void = () => {};
    const first = new Promise<number>((resolve) => {
      applied = resolve;
    });
    const follower = new FeedFollower({
      database,
      from: 0,
      apply: (changes) => applied(changes.at(-1)?.seq ?? 0),
    });
    follower.start();
    t.equal(await first, 1, 'without a word from anyone');
    await follower.close();
    await write(database, 'b');
    await follower.catchUp();
    t.equal(follower.cursor, 1);
  });
});

/** The real database, whose next answer can be held back between it and the one who asked. */
class HeldQueries implements Queryable {
  readonly #database: Database;
  queries = 0;
  reached: Promise<void> = Promise.resolve();
  #gate: Promise<void> | null = null;
  #open: () => void = () => {};
  #arrive: () => void = () => {};

  constructor(database: Database) {
    this.#database = database;
  }

  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.reached = new Promise((resolve) => {
      this.#arrive = resolve;
    });
  }

  release(): void {
    this.#gate = null;
    this.#open();
  }

  query: Queryable['query'] = async (statement, values) => {
    this.queries++;
    const rows = await this.#database.query(statement, values);
    this.#arrive();
    await this.#gate;
    return rows as never;
  };
}
