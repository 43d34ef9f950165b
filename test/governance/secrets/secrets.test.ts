import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Secrets } from '../../../src/governance/secrets/secrets.ts';
import { openDatabase } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';

const { database } = await openDatabase(t, await startDatabases(t));
const folder = await mkdtemp(join(tmpdir(), 'kapok-secrets-'));
t.teardown(() => rm(folder, { recursive: true }));
const fileOf = (name: string) => join(folder, name, 'secret-key');
const secretsOf = (name: string, configured: Buffer | null = null) =>
  new Secrets({ database, configured, file: fileOf(name) });
const place = { table: 't', row: 'r', field: 'f' };

t.beforeEach(async () => {
  await database.query('update node set secret_check = null');
});

t.test('a key is made when it is needed, kept in a file of its owner, and the same after a restart', async (t) => {
  const first = secretsOf('made');
  t.equal(await first.start(), true);
  await t.rejects(stat(fileOf('made')), { code: 'ENOENT' }, 'none is needed yet');
  const sealed = (await first.box()).seal(Buffer.from('x'), place);
  t.equal((await stat(fileOf('made'))).mode & 0o777, 0o600);
  t.match(await readFile(fileOf('made'), 'utf8'), /^[\w-]{43}\n$/);
  const again = secretsOf('made');
  t.equal(await again.start(), true);
  t.equal(String((await again.box()).open(sealed, place)), 'x');
});

t.test('processes of one folder that need it at once make one key', async (t) => {
  const boxes = await Promise.all(Array.from({ length: 8 }, () => secretsOf('race').box()));
  t.equal(new Set(boxes.map(({ check }) => check.toString('hex'))).size, 1);
});

t.test('of processes with folders of their own one makes the key; the others say that they lack it', async (t) => {
  const names = ['a', 'b', 'c', 'd'];
  const boxes = await Promise.allSettled(names.map((name) => secretsOf(name).box()));
  const refused = boxes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  t.equal(refused.length, 3);
  for (const error of refused) t.match(error, { code: 'SECRET_KEY_MISSING' });
  for (const [i, name] of names.entries()) {
    if (boxes[i]?.status !== 'rejected') continue;
    const later = secretsOf(name);
    t.equal(await later.start(), false, 'it starts, and knows what it lacks');
    await t.rejects(later.box(), { code: 'SECRET_KEY_MISSING' });
  }
});

t.test('a process with another key does not start', async (t) => {
  const key = randomBytes(32);
  t.equal(await secretsOf('set', key).start(), true);
  t.equal(await secretsOf('elsewhere', key).start(), true);
  await t.rejects(secretsOf('set', randomBytes(32)).start(), {
    ...{ code: 'INVALID_SETTING', at: 'KAPOK_SECRET_KEY' },
    message: /^KAPOK_SECRET_KEY: this is not the key/,
  });
  await t.rejects(secretsOf('made').start(), { code: 'INVALID_SETTING', message: /secret-key: this is not the key/ });
});

t.test('a file that holds no key is refused, and left as it is', async (t) => {
  await writeFile(join(folder, 'broken'), 'short\n');
  const broken = new Secrets({ database, configured: null, file: join(folder, 'broken') });
  await t.rejects(broken.start(), { code: 'INVALID_SETTING', message: /holds no secret key$/ });
  t.equal(await readFile(join(folder, 'broken'), 'utf8'), 'short\n');
});
