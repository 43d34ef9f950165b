import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { NodeKey } from '../../access/node-key.ts';
import type { Database, Queryable, Row } from '../../database/database.ts';
import type { Migration } from '../../database/migrate.ts';
import { utc } from '../../database/utc.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { encodeTrailer } from './deposit-file.ts';
import { readKeys, sealKeys } from './deposit-keys.ts';
import { type Before, countNew, readChanged, readLeast, readRows } from './deposit-rows.ts';
import { DEPOSITED } from './deposit-tables.ts';
import { type Manifest, signManifest } from './manifest.ts';
import { type NodeState, readState, readTables, setFormat, type TableColumns } from './node-state.ts';
import type { Recipient } from './recipient.ts';
import { seal } from './seal.ts';

export interface DepositOrder {
  /** The node's prefix, or "resolver". */
  readonly name: string;
  readonly key: NodeKey;
  readonly secrets: Pick<Secrets, 'findKey'>;
  readonly recipient: Recipient;
  /** Whom the node's private keys are sealed for; null: they are left out. */
  readonly keysFor: Recipient | null;
  /** The deposit to go on from; null: a full one. */
  readonly previous: Manifest | null;
}

/**
 * Writes a deposit of all that a node holds at one moment, piece by piece, to where it is sent or kept, and answers with its
 * manifest. It reads in one transaction (repeatable read): nobody waits for it, and it waits for nobody.
 *
 * What was asked to be incremental comes out full when it could not be told from the changes alone: after a migration, and
 * when rows of identifiers are gone, of which the feed says nothing.
 */
export function writeDeposit(
  database: Database,
  order: DepositOrder,
  write: (piece: Buffer) => Promise<void>,
): Promise<Manifest> {
  return database.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    await setFormat(tx);
    const tables = await readTables(tx);
    const present = { migrations: await tx.query<Migration & Row>(MIGRATIONS), state: await readState(tx, tables) };
    const before = order.previous !== null && (await canGoOn(tx, order.previous, present)) ? order.previous : null;
    const rows: Record<string, number> = {};
    const sealed = await writeData(readLines(tx, { tables, before, rows }), order.recipient, write);
    const manifest: Manifest = {
      ...{ format: 1, id: randomUUID(), name: order.name, signer: String(order.key.publicKey.x) },
      ...{ kind: before === null ? 'full' : 'incremental', previous: before?.id ?? null },
      ...{ ...(await readMoment(tx)), recipient: order.recipient, keys: await keysOf(tx, order) },
      ...{ ...sealed, migrations: present.migrations, rows, marks: await readMarks(tx) },
      state: Object.fromEntries(present.state),
    };
    await write(encodeTrailer(signManifest(manifest, order.key)));
    return manifest;
  });
}

const MIGRATIONS = 'select name, sha256 from migrations order by name';

async function writeData(lines: AsyncIterable<Buffer>, recipient: Recipient, write: (piece: Buffer) => Promise<void>) {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(Readable.from(lines, { objectMode: false }), createGzip(), async (zipped: AsyncIterable<Buffer>) => {
    for await (const piece of seal(zipped, recipient)) {
      hash.update(piece);
      bytes += piece.length;
      await write(piece);
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}

/** By the clock that rows are stamped by. */
async function readMoment(tx: Queryable): Promise<Pick<Manifest, 'watermark' | 'madeAt'>> {
  const text = `select feed_head as watermark, ${utc('now()', 'madeAt')} from node`;
  const [row] = await tx.query<Pick<Manifest, 'watermark' | 'madeAt'>>(text);
  if (row === undefined) throw new Error('The table "node" is empty');
  return row;
}

async function keysOf(tx: Queryable, { keysFor, secrets }: DepositOrder): Promise<string | null> {
  return keysFor === null ? null : sealKeys(await readKeys(tx, secrets), keysFor);
}

interface Present {
  readonly migrations: readonly Migration[];
  readonly state: NodeState;
}

async function canGoOn(tx: Queryable, previous: Manifest, { migrations, state }: Present): Promise<boolean> {
  if (JSON.stringify(migrations) !== JSON.stringify(previous.migrations)) return false;
  const before = previous.state.identifiers?.rows ?? 0;
  return state.get('identifiers')?.rows === before + (await countNew(tx, previous));
}

interface Lines {
  readonly tables: readonly TableColumns[];
  readonly before: Before | null;
  /** Counted here. */
  readonly rows: Record<string, number>;
}

/** A list says which rows follow; rows are objects. */
async function* readLines(tx: Queryable, { tables, before, rows }: Lines): AsyncGenerator<Buffer> {
  if (before !== null) {
    yield encode([JSON.stringify(['changed'])]);
    for await (const lines of readChanged(tx, before)) yield encode(lines);
  }
  for (const { table, columns } of tables) {
    yield encode([JSON.stringify(['rows', table.table, columns, await readLeast(tx, table)])]);
    let count = 0;
    for await (const lines of readRows(tx, { table, columns, before })) {
      count += lines.length;
      yield encode(lines);
    }
    rows[table.table] = count;
  }
}

function encode(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\n')}\n`);
}

async function readMarks(tx: Queryable): Promise<Manifest['marks']> {
  const marks: Record<string, number> = {};
  for (const { table, how, number } of DEPOSITED) {
    if (how !== 'appended') continue;
    const [row] = await tx.query<{ mark: number }>(`select coalesce(max(${number}), 0)::int8 as mark from ${table}`);
    marks[table] = row?.mark ?? 0;
  }
  return marks;
}
