import { parseDatabaseUrls } from '../config/database-urls.ts';
import { loadEnvFile, readVariable } from '../config/environment.ts';
import { Database } from '../database/database.ts';
import { abandon } from '../database/partition/abandon.ts';
import { assertParts } from '../database/partition/assert-partitionable.ts';
import {
  type Partitioned,
  type PartitionOptions,
  type PartitionProgress,
  partitionTables,
} from '../database/partition/partition-table.ts';
import type { Partitionable } from '../database/partition/partitionable.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type OutputOptions, print } from './output.ts';

export interface PartitionCommandOptions extends OutputOptions {
  readonly parts?: string;
  readonly table: readonly Partitionable[];
  readonly database?: string;
  readonly envFile?: string;
  readonly abandon?: true;
}

/** `kapok partition`. */
export async function runPartition(options: PartitionCommandOptions): Promise<void> {
  const parts = readParts(options);
  const database = new Database({ url: readUrl(options), poolSize: 2 });
  try {
    const tables = [...new Set(options.table)];
    if (parts === null) await takeBack(database, tables, options);
    else tell(await partition(database, { tables, parts }), options);
  } finally {
    await database.close();
  }
}

async function partition(database: Database, given: Omit<PartitionOptions, 'onProgress'>): Promise<Partitioned[]> {
  const { show, clear } = createShower();
  return partitionTables(database, { ...given, onProgress: show }).finally(clear);
}

/** Null: what was begun is to be taken back. */
function readParts({ parts, abandon }: PartitionCommandOptions): number | null {
  if ((parts === undefined) !== (abandon === true))
    throw new KapokError('INVALID_SETTING', { message: 'Give --parts or --abandon, one of both', at: '--parts' });
  if (parts === undefined) return null;
  const number = /^\d{1,9}$/.test(parts) ? Number(parts) : Number.NaN;
  assertParts(number);
  return number;
}

function readUrl({ database, envFile }: PartitionCommandOptions): string {
  if (envFile !== undefined) loadEnvFile(envFile);
  const url = database ?? readVariable('DATABASE_URL');
  const wrong = (reason: string, cause?: unknown) =>
    new KapokError('INVALID_SETTING', { message: `--database ${reason}`, at: '--database', cause });
  if (url === undefined) throw wrong('names the database of the node; it is not in DATABASE_URL either');
  try {
    parseDatabaseUrls(url);
  } catch (cause) {
    throw wrong((cause as Error).message, cause);
  }
  return url;
}

async function takeBack(database: Database, tables: readonly Partitionable[], options: OutputOptions): Promise<void> {
  const abandoned: Partitionable[] = [];
  for (const table of tables) if (await abandon(database, table)) abandoned.push(table);
  const text = abandoned.length === 0 ? 'Nothing was under way' : `Given up: ${abandoned.join(', ')} stay as they were`;
  print({ abandoned }, options, text);
}

function tell(tables: readonly Partitioned[], options: OutputOptions): void {
  const lines = tables.map(({ table, parts, rows, waitedMs }) => {
    const waited = waitedMs === null ? '' : `; a statement waited ${waitedMs.toFixed(0)} ms for the exchange`;
    return `${table}: ${rows} rows in ${parts} parts${waited}`;
  });
  print({ tables }, options, lines.join('\n'));
}

const STEPS = {
  copy: 'rows copied',
  compare: 'rows compared',
  wait: 'earlier transactions are waited for',
  lock: 'attempts to lock',
};
/** Between two lines, in milliseconds; on a terminal, and elsewhere. */
const TELL_EVERY = { terminal: 100, log: 10_000 };

/** Shows on standard error how far it is: on a terminal in one line, which goes at the end. */
function createShower() {
  const terminal = process.stderr.isTTY === true;
  let told = { at: 0, step: '' };
  const show = ({ table, step, done, of }: PartitionProgress) => {
    const now = Date.now();
    const isNews = told.step !== `${table} ${step}`;
    if (!isNews && now - told.at < (terminal ? TELL_EVERY.terminal : TELL_EVERY.log)) return;
    const about = of === null || of === 0 ? '' : ` of about ${of}`;
    const text = `${table}: ${done}${about} ${STEPS[step]}`;
    process.stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`);
    told = { at: now, step: `${table} ${step}` };
  };
  const clear = () => {
    if (terminal) process.stderr.write('\r\x1b[K');
  };
  return { show, clear };
}
