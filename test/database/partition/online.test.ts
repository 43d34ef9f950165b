import t from 'tap';
import { Database } from '../../../src/database/database.ts';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import { PARTITIONABLE } from '../../../src/database/partition/partitionable.ts';
import { countTo, openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { startTestNode } from '../../support/node.ts';
import { countParts, fill, readRows } from './fill.ts';

const PREFIX = '88.1';
const EACH = 300;
const databases = await startDatabases(t);

t.test(
  'a node resolves and writes without a failure while its tables are partitioned, and no row is lost',
  async (t) => {
    const { database, url } = await openDatabase(t, databases);
    await fill(database, { prefixes: 24, each: EACH });
    const node = await startTestNode(t, { KAPOK_PREFIX: PREFIX, DATABASE_URL: url });
    const untouched = (table: string) => readRows(database, table, `prefix like '88.1.1%'`);
    const before = await Promise.all(['identifiers', 'identifier_versions'].map(untouched));

    const ending = new AbortController();
    const failures: unknown[] = [];
    const call = async (method: string, path: string, body?: object) => {
      const answer = await node.call(method, path, body === undefined ? {} : { body });
      if (answer.status >= 300) failures.push([method, path, answer.status, answer.json]);
      return answer;
    };
    const record = (data: string) => [{ index: 1, type: 'NAME', data }];
    /** What each name was last told to be; null: withdrawn. */
    const expected = new Map<string, { data: string | null; version: number }>();

    /** One after the other, until the end: each writes names of its own. */
    const write = async (who: number) => {
      for (let n = 0; !ending.signal.aborted || n < 20; n++) {
        const name = n % 3 === 0 ? `88.1.2${who}/N${1 + (n % EACH)}` : `88.1.2${who}/W${n >> 1}`;
        const isThere =
          expected.get(name) ?? (name.includes('/N') ? { data: '', version: versionOf(name) } : undefined);
        if (n % 7 === 6 && isThere?.data) {
          await call('DELETE', `/api/handles/${name}`);
          expected.set(name, { data: null, version: isThere.version + 1 });
        } else {
          await call('PUT', `/api/handles/${name}`, record(`${who} ${n}`));
          expected.set(name, { data: `${who} ${n}`, version: (isThere?.version ?? 0) + 1 });
        }
      }
    };
    const read = async (who: number) => {
      for (let n = 0; !ending.signal.aborted; n++) {
        const name = `88.1.${1 + ((n + who) % 19)}/N${1 + ((n * 37 + who) % EACH)}`;
        await call('GET', `/api/handles/${name}?auth=true`);
        if (n % 20 === 0) await call('GET', `/api/v1/history/88.1.1/N10`);
        if (n % 50 === 0) await call('GET', `/api/v1/identifiers?prefix=88.1&under=true&limit=20`);
      }
    };

    const converter = new Database({ url, poolSize: 2 });
    t.teardown(() => converter.close());
    const racing = Promise.all([...[1, 2, 3].map(write), ...[1, 2].map(read)]);
    const partitioned = await partitionTables(converter, { tables: PARTITIONABLE, parts: 4 })
      .catch((error: unknown) => error)
      .finally(() => ending.abort());
    await racing;

    t.strictSame(failures, []);
    t.match(
      partitioned,
      PARTITIONABLE.map((table) => ({ table, parts: 4 })),
    );
    for (const table of PARTITIONABLE) t.equal(await countParts(database, table), 4, table);
    t.strictSame(await Promise.all(['identifiers', 'identifier_versions'].map(untouched)), before);

    const text = `select prefix || '/' || suffix as name, version, record #>> '{0,data,value}' as data,
      (select json_agg(v.version order by v.version) from record_versions v
        where v.prefix = i.prefix and v.suffix_key = i.suffix_key) as versions
    from identifiers i where prefix || '/' || suffix = any($1) or prefix || '/' || suffix_key = any($1) order by 1`;
    const found = await database.query<{ name: string }>(text, [[...expected.keys()]]);
    t.strictSame(
      found.sort(byName),
      [...expected]
        .map(([name, { data, version }]) => ({ name: nameOf(name), version, data, versions: countTo(version) }))
        .sort(byName),
      'each name has all versions that were acknowledged',
    );
    const [sum] = await database.query('select count(*)::int as names from identifiers');
    const created = [...expected.keys()].filter((name) => name.includes('/W')).length;
    t.equal(sum?.names, 24 * EACH + created);
  },
);

/** As `fill` makes it. */
function versionOf(name: string): number {
  return name.endsWith('0') ? 2 : 1;
}

/** As it was first spelled. */
function nameOf(name: string): string {
  return name.replace('/N', '/n');
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
