import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { Database } from '../../../src/database/database.ts';
import { migrate } from '../../../src/database/migrate.ts';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import { PARTITIONABLE } from '../../../src/database/partition/partitionable.ts';
import { databaseAt } from '../../support/at-database.ts';
import { startDatabases } from '../../support/database.ts';
import { LOADER, moduleOf } from '../../support/root.ts';

/** What these test of a node's tables holds for partitioned ones: each of the tables is written and read by some of them. */
const SUITES = [
  'registry/write-record',
  'registry/unique-texts',
  'registry/import/store-rows',
  'http/files',
  'http/query',
];

const databases = await startDatabases(t);
const template = await databases.createEmpty();
const database = new Database({ url: template, poolSize: 2 });
await migrate(database);
await partitionTables(database, { tables: PARTITIONABLE, parts: 4 });
await database.close();

for (const suite of SUITES)
  t.test(`test/${suite} on partitioned tables`, async (t) => {
    const env = {
      ...process.env,
      TEST_DATABASE_URL: databaseAt(template, 'postgres'),
      ...{ TEST_DATABASE_TEMPLATE: new URL(template).pathname.slice(1), TEST_DATABASE_FRESH: undefined },
    };
    const child = spawn(process.execPath, [...LOADER, moduleOf(`test/${suite}.test`)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    });
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const failed = out.split('\n').filter((line) => /^\s*not ok/.test(line));
    t.strictSame(failed, []);
    t.equal(code, 0);
    t.match(out, /^ok \d+/m, 'it has tested something');
  });
