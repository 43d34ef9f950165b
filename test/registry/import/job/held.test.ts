import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import t from 'tap';
import { Endings } from '../../../../src/registry/import/job/endings.ts';
import { Imports } from '../../../../src/registry/import/job/imports.ts';
import { Spool } from '../../../../src/registry/import/job/spool.ts';
import { startDatabases } from '../../../support/database.ts';
import { openDatabase } from '../../open-database.ts';

const databases = await startDatabases(t);

t.test('one credential leaves no more in the spool than its share, and others have theirs', async (t) => {
  const { database } = await openDatabase(t, databases);
  const folder = await mkdtemp(join(tmpdir(), 'kapok-spool-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  // Nothing runs: what is taken in waits.
  const runner = { wake: () => {}, close: async () => {} };
  const maxHeld = 1_000;
  const imports = new Imports({ database, spool: new Spool(folder), runner, endings: new Endings(), maxHeld });
  const scopes = ['88.106'];
  const order = { format: 'ndjson', overwrite: true, dryRun: false, subject: null, scopes } as const;
  const lines = (bytes: number) => Readable.from([Buffer.alloc(bytes - 1, ' '), Buffer.from('\n')]);
  const send = (actor: string, source: AsyncIterable<Buffer>) => imports.accept(source, { ...order, actor });
  const refused = { code: 'BODY_TOO_LARGE', message: /over 1000 bytes/ };

  const first = await send('one', lines(400));
  await send('one', lines(400));
  await t.rejects(send('one', lines(400)), refused);
  t.equal((await readdir(folder)).length, 2, 'nothing of what is refused is left');
  await send('other', lines(900));

  await imports.cancel(first, scopes, { id: 'tester', subject: null });
  t.equal((await readdir(folder)).length, 2, 'the file of an import that has ended is removed');
  await send('one', lines(400));
  await database.query(`update import_jobs set state = 'done', result_bytes = 700 where actor = 'other'`);
  await t.rejects(send('other', lines(400)), refused, 'results that are kept count');
  await send('other', lines(300));
});

t.test('uploads that come in at the same time share it', async (t) => {
  const { database } = await openDatabase(t, databases);
  const folder = await mkdtemp(join(tmpdir(), 'kapok-spool-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const runner = { wake: () => {}, close: async () => {} };
  const imports = new Imports({ database, spool: new Spool(folder), runner, endings: new Endings(), maxHeld: 1_000 });
  const order = {
    format: 'ndjson',
    overwrite: true,
    dryRun: false,
    subject: null,
    scopes: ['88'],
    actor: 'one',
  } as const;
  const uploads = Array.from({ length: 10 }, () =>
    imports.accept(Readable.from(Array.from({ length: 40 }, () => Buffer.from('         \n'))), order),
  );
  const taken = (await Promise.allSettled(uploads)).filter(({ status }) => status === 'fulfilled');
  t.ok(taken.length <= 2, `${taken.length} of 400 bytes`);
  t.equal((await readdir(folder)).length, taken.length);
});
