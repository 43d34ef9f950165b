import t, { type Test } from 'tap';
import type { Database } from '../../src/database/database.ts';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import type { Item } from '../../src/record/template/template.ts';
import type { Value } from '../../src/record/value.ts';
import { replaceAll, withdraw } from '../../src/registry/change-values.ts';
import { rehearse } from '../../src/registry/register.ts';
import { restoring } from '../../src/registry/restore.ts';
import { publishTemplate, TemplateChecker } from '../../src/registry/templates.ts';
import { type RecordWrite, writeRecord, writeRecordIn } from '../../src/registry/write-record.ts';
import { startDatabases } from '../support/database.ts';
import { UNRESTRICTED } from '../support/unrestricted.ts';
import { countTo, openDatabase, writeOf } from './open-database.ts';

const databases = await startDatabases(t);
const PREFIX = parsePrefix('88.108');
const SERIAL: Item = { index: 2000, type: 'SERIAL', kind: 'text', unique: true };
const MAC: Item = { index: 2001, type: 'MAC', kind: 'text', unique: true };
const COLOUR: Item = { index: 2002, type: 'COLOUR', kind: 'text' };

async function open(t: Test) {
  const { database } = await openDatabase(t, databases);
  await publish(database, [SERIAL, MAC, COLOUR]);
  const templates = new TemplateChecker(database);
  const write = (text: string, change: RecordWrite['change'], mayRead = () => false) =>
    writeRecord(database, { ...writeOf(text, change), templates, authority: { ...UNRESTRICTED, mayRead } });
  const put = (text: string, data: Record<string, string>, version = 1) =>
    write(text, () => ({ values: valuesOf(data, version) }));
  return { database, templates, write, put };
}

function publish(database: Database, items: Item[]) {
  return publishTemplate(
    database,
    { prefix: PREFIX, name: 'pump' },
    { template: { items }, actor: { id: 'tester', subject: null } },
  );
}

function valuesOf(data: Record<string, string>, version: number): Value[] {
  const common = { ttl: 60, timestamp: '2026-01-02T03:04:05Z' };
  const value = (index: number, type: string, text: string) => {
    return { index, type, data: { format: 'string', value: text } as const, ...common };
  };
  const held = [SERIAL, MAC, COLOUR].flatMap(({ index, type }) => {
    return data[type] === undefined ? [] : [value(index, type, data[type])];
  });
  return [value(1000, 'TEMPLATE_ID', '88.108/pump'), value(1001, 'TEMPLATE', String(version)), ...held];
}

const held = (database: Database) =>
  database.query('select item_index, suffix_key from unique_values order by suffix_key, item_index');

t.test('a text is held once, whichever version of the template a record follows', async (t) => {
  const { database, put } = await open(t);
  await publish(database, [SERIAL, MAC, COLOUR, { index: 2003, type: 'SIZE', kind: 'text' }]);
  await put('88.108/a', { SERIAL: 'S1', COLOUR: 'red' });
  await t.rejects(put('88.108/b', { SERIAL: 'S1', COLOUR: 'blue' }, 2), {
    code: 'VALUE_NOT_UNIQUE',
    at: 'SERIAL',
    message: 'SERIAL (index 2000) is unique in its template, and another record holds this text',
  });
  t.strictSame(await database.query('select from identifiers'), [{}], 'the refused write leaves nothing');
  await put('88.108/b', { SERIAL: 'S2', COLOUR: 'red' }, 2);
  await put('88.108/c', { MAC: 'S1' });
  await put('88.108/a', { SERIAL: 'S1', COLOUR: 'green' }, 2);
  await put('88.108.7/d', {});
  await t.rejects(put('88.108.7/d', { SERIAL: 'S2' }), { code: 'VALUE_NOT_UNIQUE', at: 'SERIAL' }, 'below any prefix');
});

t.test('a record elsewhere cannot use up the texts of a template', async (t) => {
  const { database, put } = await open(t);
  await t.rejects(put('88.109/a', { SERIAL: 'S1' }), {
    code: 'INVALID_VALUE',
    at: 'TEMPLATE_ID',
    message: '88.108/pump keeps SERIAL unique among records at and below 88.108; 88.109 does not lie there',
  });
  await t.rejects(put('88.1088/a', { SERIAL: 'S1' }), { code: 'INVALID_VALUE', at: 'TEMPLATE_ID' });
  t.strictSame(await held(database), []);
  t.match(await put('88.109/a', { COLOUR: 'red' }), { version: 1 }, 'it may follow the rest of it');
});

t.test('the other record is named to who may read it', async (t) => {
  const { write, put } = await open(t);
  await put('88.108/Abc', { SERIAL: 'S1' });
  const values = valuesOf({ SERIAL: 'S1' }, 1);
  const attempt = (allowed: boolean) =>
    write(
      '88.108/b',
      () => ({ values }),
      () => allowed,
    );
  await t.rejects(attempt(true), { message: /and 88\.108\/Abc holds this text/ });
  await t.rejects(attempt(false), { message: /and another record holds this text/ });
});

t.test('of 20 writers of one text one wins', async (t) => {
  const { database, put } = await open(t);
  const results = await Promise.allSettled(countTo(20).map((n) => put(`88.108/w${n}`, { SERIAL: 'S1', MAC: `m${n}` })));
  const refused = results.filter((result) => result.status === 'rejected');
  t.equal(refused.length, 19);
  t.ok(refused.every(({ reason }) => reason.code === 'VALUE_NOT_UNIQUE'));
  t.equal((await held(database)).length, 2);
});

t.test('changing, withdrawing and restoring frees and takes', async (t) => {
  const { database, templates, write, put } = await open(t);
  await put('88.108/a', { SERIAL: 'S1', MAC: 'M1' });
  await put('88.108/a', { SERIAL: 'S2', MAC: 'M1' });
  await put('88.108/b', { SERIAL: 'S1' });
  await write('88.108/b', withdraw(undefined));
  t.strictSame(await held(database), [
    { item_index: 2000, suffix_key: 'A' },
    { item_index: 2001, suffix_key: 'A' },
  ]);
  const restore = () =>
    database.transaction(async (tx) => {
      const change = await restoring(tx, { prefix: PREFIX, suffixKey: 'B' }, undefined);
      return writeRecordIn(tx, { ...writeOf('88.108/b', change), templates });
    });
  await put('88.108/c', { SERIAL: 'S1' });
  await t.rejects(restore(), { code: 'VALUE_NOT_UNIQUE', at: 'SERIAL' });
  await write('88.108/c', () => ({ values: [] }));
  t.match(await restore(), { version: 3 }, 'a record that follows no template holds nothing');
  await t.rejects(put('88.108/d', { SERIAL: 'S1' }), { code: 'VALUE_NOT_UNIQUE' });
});

t.test('a rehearsal says that a text is taken, and takes none', async (t) => {
  const { database, templates, put } = await open(t);
  await put('88.108/a', { SERIAL: 'S1' });
  const rehearsal = (serial: string) =>
    rehearse(database, (tx) =>
      writeRecordIn(tx, {
        ...writeOf('88.108/b', replaceAll(valuesOf({ SERIAL: serial }, 1), { overwrite: false })),
        templates,
      }),
    );
  await t.rejects(rehearsal('S1'), { code: 'VALUE_NOT_UNIQUE' });
  t.match(await rehearsal('S2'), { version: 1 });
  t.equal((await held(database)).length, 1);
});

t.test('writers that exchange and pass on texts end, and each text has one holder', async (t) => {
  const { database, put } = await open(t);
  await Promise.all(countTo(6).map((n) => put(`88.108/r${n}`, { SERIAL: `S${n}`, MAC: `M${n}` })));
  const turns = countTo(120).map((n) => {
    const data = { SERIAL: `S${1 + (n % 7)}`, MAC: `M${1 + ((n * 3) % 7)}` };
    return put(`88.108/r${1 + (n % 6)}`, data);
  });
  const results = await Promise.allSettled(turns);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
  t.ok(
    failures.every((code) => code === 'VALUE_NOT_UNIQUE'),
    [...new Set(failures)].join(),
  );
  const rows = await database.query(
    `select v ->> 'index' as item_index, i.suffix_key, encode(sha256(convert_to(v #>> '{data,value}', 'UTF8')), 'hex') as hash
      from identifiers i, json_array_elements(i.record) as v where (v ->> 'index')::int between 2000 and 2001`,
  );
  const claims = await database.query(
    `select item_index::text, suffix_key, encode(value_hash, 'hex') as hash from unique_values`,
  );
  const sorted = (list: object[]) => list.map((row) => JSON.stringify(row)).sort();
  t.strictSame(sorted(claims), sorted(rows), 'what is held is what the records say');
});

t.test('an item stays unique or not from its first version on', async (t) => {
  const { database } = await open(t);
  for (const items of [
    [{ ...SERIAL, unique: false }, MAC, COLOUR],
    [SERIAL, MAC, { ...COLOUR, unique: true }],
  ]) {
    await t.rejects(publish(database, items), { code: 'BAD_REQUEST', message: /as it was published first/ });
  }
});
