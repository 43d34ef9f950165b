import { createHash } from 'node:crypto';
import t from 'tap';
import type { Queryable, Row, Statement } from '../../../src/database/database.ts';
import { partitionTables } from '../../../src/database/partition/partition-table.ts';
import { PARTITIONABLE } from '../../../src/database/partition/partitionable.ts';
import { listDigests } from '../../../src/governance/moves/digests.ts';
import { parsePrefix } from '../../../src/identifier/prefix.ts';
import { NO_DEMANDS } from '../../../src/record/template/demands.ts';
import { TEMPLATE_ID } from '../../../src/record/template/template.ts';
import { replaceAll, withdraw } from '../../../src/registry/change-values.ts';
import { findFiles } from '../../../src/registry/files/files.ts';
import { findNewestPresent, findVersion, findVersionAt, listVersions } from '../../../src/registry/history.ts';
import { findExisting } from '../../../src/registry/import/find-existing.ts';
import type { ReadyRow } from '../../../src/registry/import/prepare-row.ts';
import { countIdentifiers, type IdentifierQuery, queryIdentifiers } from '../../../src/registry/query-identifiers.ts';
import { ANY_RECORD } from '../../../src/registry/record-conditions.ts';
import { RecordReader } from '../../../src/registry/record-reader.ts';
import { holdUniqueTexts } from '../../../src/registry/unique-texts.ts';
import { writeRecordIn } from '../../../src/registry/write-record.ts';
import { readOwn, readOwnPrefix } from '../../../src/search/own-records.ts';
import { openDatabase, urlValue, writeOf } from '../../registry/open-database.ts';
import { startDatabases } from '../../support/database.ts';
import { fill } from './fill.ts';

const prefix = parsePrefix('88.1.3');
const name = { prefix, suffixKey: 'N10' };

const { database } = await openDatabase(t, await startDatabases(t));
await fill(database, { prefixes: 30, each: 30 });
const tables = PARTITIONABLE.filter((table) => table !== 'catalogue');
await partitionTables(database, { tables, parts: 16 });
await partitionTables(database, { tables: ['catalogue'], parts: 4 });
await database.query('analyze');

const EVERYTHING: IdentifierQuery = {
  ...{ prefix, subtree: false, status: null, suffixStart: null, suffixKey: null, since: null, until: null },
  ...{ said: ANY_RECORD, askedByKey: false, oversees: true },
};

/** Runs `work`, and answers for each of its statements which parts were really read, whatever the plan names. */
async function partsRead(work: (tx: Queryable) => Promise<unknown>): Promise<Map<string, string[]>> {
  const read = new Map<string, string[]>();
  const watched = (tx: Queryable): Queryable => ({
    query: async <R extends Row>(statement: Statement | string, values: readonly unknown[] = []) => {
      const { name, text } = typeof statement === 'string' ? { name: statement, text: statement } : statement;
      if (/^\s*(with|select|insert|update|delete)/.test(text)) {
        await tx.query('savepoint explained');
        const [row] = await tx.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
          `explain (analyze, format json) ${text}`,
          values,
        );
        await tx.query('rollback to savepoint explained');
        const parts = new Set(row?.['QUERY PLAN'].flatMap(({ Plan }) => partsOf(Plan)));
        if (parts.size > 0) read.set(name, [...(read.get(name) ?? []), ...parts].sort());
      }
      return tx.query<R>(statement, values);
    },
  });
  await database.transaction((tx) => work(watched(tx)));
  return read;
}

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

function partsOf(plan: Plan): string[] {
  const { 'Relation Name': relation = '', 'Actual Loops': loops, Plans = [] } = plan;
  return [...(loops > 0 && /_p\d+$/.test(relation) ? [relation] : []), ...Plans.flatMap(partsOf)];
}

/** At most one part of each table. */
const isNarrow = (parts: readonly string[]) => {
  const tables = [...new Set(parts)].map((part) => part.replace(/_p\d+$/, ''));
  return new Set(tables).size === tables.length;
};

const reads: [what: string, work: (tx: Queryable) => Promise<unknown>][] = [
  ['a look-up', (tx) => new RecordReader(tx).find(name)],
  ['a version', (tx) => findVersion(tx, name, 1)],
  ['all versions', (tx) => listVersions(tx, name, { before: null, limit: 10 })],
  ['the newest that is no tombstone', (tx) => findNewestPresent(tx, name)],
  ['what stood at a moment', (tx) => findVersionAt(tx, name, '2100-01-01T00:00:00Z')],
  ['what search learns of a record', (tx) => readOwn(tx, [name])],
  ['what search learns of a prefix', (tx) => readOwnPrefix(tx, prefix, { after: '', limit: 10 })],
  ['files', (tx) => findFiles(tx, prefix, [createHash('sha256').digest()])],
  ['a list', (tx) => queryIdentifiers(tx, EVERYTHING, { after: null, limit: 10 })],
  ['what moves compare', (tx) => listDigests(tx, prefix, { after: '', until: null, limit: 10 })],
];
for (const [what, work] of reads)
  t.test(`${what} of one prefix reads one part`, async (t) => {
    const read = await partsRead(work);
    t.ok(read.size > 0, 'a statement was looked at');
    for (const [statement, parts] of read) t.ok(isNarrow(parts), `${statement}: ${parts}`);
  });

const writes: [what: string, change: Parameters<typeof writeOf>[1]][] = [
  ['a registration', replaceAll([urlValue('https://a.example')], { overwrite: true })],
  ['a withdrawal', withdraw(undefined)],
];
for (const [what, change] of writes)
  t.test(`${what} reads one part of each table`, async (t) => {
    for (const suffix of what === 'a withdrawal' ? ['n10'] : ['n10', 'new']) {
      const read = await partsRead((tx) => writeRecordIn(tx, writeOf(`88.1.3/${suffix}`, change)));
      t.ok(read.size > 0, 'a statement was looked at');
      for (const [statement, parts] of read) t.ok(isNarrow(parts), `${statement}: ${parts}`);
    }
  });

t.test('names of three prefixes are looked up in three parts at most, by a node and by an import', async (t) => {
  const names = ['88.1.1', '88.1.2', '88.1.3'].map((text) => ({ prefix: parsePrefix(text), suffixKey: 'N1' }));
  const rows = names.map(({ prefix, suffixKey }) => ({ identifier: { prefix }, suffixKey }) as unknown as ReadyRow);
  const lookUps: ((tx: Queryable) => Promise<unknown>)[] = [
    (tx) => {
      const reader = new RecordReader(tx);
      return Promise.all(names.map((name) => reader.find(name)));
    },
    (tx) => findExisting(tx, rows, { lock: false }),
    (tx) => findExisting(tx, rows, { lock: true }),
  ];
  for (const lookUp of lookUps) {
    const [parts = []] = [...(await partsRead(lookUp)).values()];
    t.ok(parts.length > 0 && parts.length <= 3, String(parts));
  }
});

t.test('texts that a record gives back are looked for in the parts of its prefix and of those above', async (t) => {
  const before = JSON.stringify([{ index: 1, type: TEMPLATE_ID.type }]);
  const holding = { holder: name, before, mayRead: () => true };
  const read = await partsRead((tx) => holdUniqueTexts(tx, NO_DEMANDS, holding));
  const [parts = []] = [...read.values()];
  t.ok(parts.length > 0 && parts.length <= 3, String(parts));
});

t.test('a statement without a prefix is seen to read all parts', async (t) => {
  const read = await partsRead((tx) =>
    countIdentifiers(tx, { ...EVERYTHING, prefix: parsePrefix('88.1'), subtree: true }),
  );
  t.equal([...read.values()].flat().length, 16);
});
