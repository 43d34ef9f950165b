import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Actor, appendAudit } from '../../governance/audit/append-audit.ts';
import { assertRegistrable, parseIdentifier } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { assertRecordFits } from '../../record/parse-value.ts';
import { administratorValues } from '../../record/select.ts';
import type { Demands } from '../../record/template/demands.ts';
import type { Value } from '../../record/value.ts';
import { assertNotFrozen } from '../assert-not-frozen.ts';
import { assertFiles } from '../files/assert-files.ts';
import { columnsOf } from '../stored-record.ts';
import type { Templates } from '../templates.ts';
import { touchPrefixIn } from '../write-prefixes.ts';
import { COMPUTED_COLUMNS, type ComputedName, type ComputedRecord, recordOf } from './computed-record.ts';
import { assertPlaceholders } from './placeholders.ts';
import { findComputed } from './read-computed.ts';
import { SerialPattern } from './serial-pattern.ts';

export interface NewComputed extends ComputedName {
  /** Null: the largest number that the counter holds. */
  readonly to: number | null;
  readonly values: readonly Value[];
  readonly actor: Actor;
}

/** Each process keeps all of them in memory: 16 MB a prefix at most. */
export const MAX_COMPUTED = 1_000;
export const MAX_COMPUTED_BYTES = 16_384;

type Row = ComputedRecord & Record<string, unknown>;

/**
 * Publishes a computed record, or puts it in the place of the one of its name. In the same transaction the prefix gets its next
 * version: by that every process reloads its table and forgets what it and Redis have answered below the prefix. Throws
 * BAD_REQUEST for the pattern and the range, INVALID_VALUE for a value, PREFIX_IN_USE beyond MAX_COMPUTED.
 */
export async function publishComputed(
  database: Database,
  computed: NewComputed,
  templates: Templates,
): Promise<{ published: ComputedRecord; created: boolean }> {
  const { prefix, pattern, from, values, actor: by } = computed;
  const actor = by.id;
  const serial = new SerialPattern(pattern);
  const to = computed.to ?? serial.largest;
  assertRange(serial, { from, to });
  assertPlaceholders(values, [...serial.names, 'identifier', 'prefix', 'suffix']);
  const columns = columnsOf({ values });
  assertBytes(columns.record ?? '');
  const demands = await checkSamples({ ...computed, ...columns, actor, values, to, updatedAt: '' }, serial, templates);
  for (const { files } of demands) await assertFiles(database, prefix, files);
  return database.transaction(async (tx) => {
    const { entries } = await touchPrefixIn(tx, prefix);
    // Behind that lock, which is the stronger one: who takes the weaker one first may wait in a ring.
    await assertNotFrozen(tx, prefix);
    const before = await findComputed(tx, computed);
    if (before === null) await assertRoom(tx, prefix);
    const text = `insert into computed_records as c
        (prefix, pattern, range_from, range_to, record, has_private, ttl, version, actor)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (prefix, pattern, range_from) do update set range_to = excluded.range_to, record = excluded.record,
        has_private = excluded.has_private, ttl = excluded.ttl, version = excluded.version, actor = excluded.actor,
        updated_at = now()
      returning ${COMPUTED_COLUMNS}`;
    const { record, hasPrivate, ttl } = columns;
    const version = entries[0]?.version ?? 0;
    const [published] = await tx.query<Row>(text, [prefix, pattern, from, to, record, hasPrivate, ttl, version, actor]);
    if (published === undefined) throw new Error('The computed record was not stored');
    await appendAudit(tx, {
      ...computedAct('computed.publish', computed, by),
      before: before && told(before),
      after: told(published),
    });
    return { published, created: before === null };
  });
}

/** Throws COMPUTED_NOT_FOUND when there is none of this name. */
export function withdrawComputed(database: Database, name: ComputedName, by: Actor): Promise<void> {
  return database.transaction(async (tx) => {
    // The prefix first, as who publishes does: the two wait for each other in one order.
    await touchPrefixIn(tx, name.prefix);
    await assertNotFrozen(tx, name.prefix);
    const text = `delete from computed_records where prefix = $1 and pattern = $2 and range_from = $3 returning ${COMPUTED_COLUMNS}`;
    const [gone] = await tx.query<Row>(text, [name.prefix, name.pattern, name.from]);
    if (gone === undefined) throw new KapokError('COMPUTED_NOT_FOUND', { subject: `${name.prefix}/${name.pattern}` });
    await appendAudit(tx, { ...computedAct('computed.withdraw', name, by), before: told(gone) });
  });
}

function computedAct(action: string, { prefix, pattern }: ComputedName, actor: Actor) {
  return { action, actor, kind: 'computed', id: `${prefix}/${pattern}`, prefix };
}

/** What is recorded: no secret keys. */
function told({ from, to, values }: ComputedRecord): object {
  return { from, to, values: administratorValues(values) };
}

/** Under the lock of the prefix: who publishes at the same time waits. */
async function assertRoom(tx: Queryable, prefix: Prefix): Promise<void> {
  const text = 'select count(*)::int as count from computed_records where prefix = $1';
  const [row] = await tx.query<{ count: number }>(text, [prefix]);
  if ((row?.count ?? 0) < MAX_COMPUTED) return;
  const message = `Prefix ${prefix} has ${MAX_COMPUTED} computed records, which is the limit`;
  throw new KapokError('PREFIX_IN_USE', { message, subject: prefix });
}

function assertRange({ largest }: SerialPattern, { from, to }: { from: number; to: number }): void {
  if (to > largest) throw refused('to', `is above ${largest}, the largest number of the pattern's counter`);
  if (from > to) throw refused('from', `is above ${to}, the last number of the range`);
}

function assertBytes(record: string): void {
  const bytes = Buffer.byteLength(record);
  if (bytes <= MAX_COMPUTED_BYTES) return;
  const message = `values take ${bytes} bytes; a computed record holds at most ${MAX_COMPUTED_BYTES}`;
  throw new KapokError('INVALID_VALUE', { message, at: 'values' });
}

/** What it would say of the first number must be a record that could be registered; that of the last one is the longest. */
async function checkSamples(record: ComputedRecord, serial: SerialPattern, templates: Templates): Promise<Demands[]> {
  const samples: Demands[] = [];
  for (const number of [record.from, record.to]) {
    const sample = serial.sample(number);
    const parts = serial.match(sample, 'sensitive');
    if (parts === null) throw new Error(`The pattern ${serial.text} does not know its own ${sample}`);
    assertRegistrable(parseIdentifier(`${record.prefix}/${sample}`));
    const values = recordOf(record, parts).values ?? '[]';
    assertRecordFits(values);
    const demands = await templates.demandsOf(JSON.parse(values) as Value[]);
    const [unique] = demands.unique;
    if (unique !== undefined) {
      const { type } = unique.item;
      const message = `${type} is unique in its template; records that are computed cannot be compared with others`;
      throw new KapokError('INVALID_VALUE', { message, at: type });
    }
    samples.push(demands);
  }
  return samples;
}

function refused(at: string, reason: string): KapokError {
  return new KapokError('BAD_REQUEST', { message: `${at} ${reason}`, at });
}
