import type { FastifyInstance } from 'fastify';
import type { SnmsItem, SnmsResult } from '../../../proto/http/snms/data.ts';
import * as described from '../../../proto/http/snms/data.ts';
import { SNMS_STATUS } from '../../../proto/http/snms/envelope.ts';
import { createImportRights } from '../../access/import-rights.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Value } from '../../record/value.ts';
import { importBatch } from '../../registry/import/import-batch.ts';
import type { RowResult } from '../../registry/import/rows.ts';
import type { RecordWrite } from '../../registry/write-record.ts';
import type { Admission } from '../admission.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { success } from './envelope.ts';
import { type RawValue, saysSame } from './item.ts';
import { messageOf, SUCCESS, wordsOf } from './messages.ts';
import { RecordWriter, readItem } from './record-writer.ts';
import { refused } from './second-level-error.ts';

/** 2,000 items of 4 KiB. */
const options = { bodyLimit: 8 * 1024 * 1024 };

/** `/identityv2/data/batch…`: an outcome for each item, in their order; what is refused keeps nothing else out. */
export function batchRoutes(app: FastifyInstance, services: Services): void {
  const each = async (items: readonly unknown[], admission: Admission, work: (item: unknown) => Promise<string>) => {
    admission.scopes();
    const results: SnmsResult[] = [];
    // One after the other: a record may be named twice, and what comes last shall stand.
    for (const item of items) results.push(await outcomeOf(item, work));
    await services.announce();
    return results;
  };

  const createAll = async ({ body }: { body: unknown[] }, _reply: unknown, admission: Admission) =>
    success(await create(services, admission, body));
  route(app, services, described.snmsCreateBatch, createAll, options);

  const updateAll = async ({ body }: { body: unknown[] }, _reply: unknown, admission: Admission) => {
    const writer = new RecordWriter(services, admission);
    return success(
      await each(body, admission, async (input) => {
        await writer.update(readItem(input));
        return SUCCESS;
      }),
    );
  };
  route(app, services, described.snmsUpdateBatch, updateAll, options);

  const deleteAll = async ({ body }: { body: unknown[] }, _reply: unknown, admission: Admission) => {
    const writer = new RecordWriter(services, admission);
    const results = await each(body, admission, async (input) => {
      if (handleOf(input) === '') throw refused('请求参数错误：应为标识');
      await writer.withdraw(handleOf(input));
      return SUCCESS;
    });
    return success(
      results.map(({ handle, msg }) => ({ handle, code: msg === SUCCESS ? 1 : SNMS_STATUS.refused, msg })),
    );
  };
  route(app, services, described.snmsDeleteBatch, deleteAll, options);
}

interface Prepared {
  readonly target: Omit<RecordWrite, 'change'>;
  readonly raw: readonly RawValue[];
}

/** All in one transaction, or few. What is there already and says the same was made by the attempt that this call repeats. */
async function create(services: Services, admission: Admission, items: readonly unknown[]): Promise<SnmsResult[]> {
  admission.scopes();
  const writer = new RecordWriter(services, admission);
  const prepared: (Prepared | null)[] = [];
  const results = await Promise.all(
    items.map((item, i) =>
      outcomeOf(item, async (input) => {
        const read: SnmsItem = readItem(input);
        const target = writer.target(read.handle);
        prepared[i] = { target, raw: await writer.values(read, target.identifier) };
        return SUCCESS;
      }),
    ),
  );
  const rows = items.flatMap((_, i) => {
    const { target, raw } = prepared[i] ?? {};
    return target === undefined ? [] : [{ line: i + 1, identifier: target.identifier.text, values: raw }];
  });
  const stored = await importBatch(rows, {
    ...{ database: services.database, templates: services.templates, overwrite: false, actor: admission.caller.id },
    now: () => new Date(services.now()),
    rights: async () => createImportRights(admission.caller, services),
  });
  await services.announce();
  const named = new Set<string>();
  for (const row of stored) {
    const { target, raw } = prepared[row.line - 1] as Prepared;
    const key = `${target.identifier.prefix}/${target.suffixKey}`;
    const again = named.has(key);
    named.add(key);
    results[row.line - 1] = {
      handle: handleOf(items[row.line - 1]),
      msg: await wordOf(services, row, again, { target, raw }),
    };
  }
  return results;
}

async function wordOf(
  { records }: Services,
  { outcome, code, message = '' }: RowResult,
  again: boolean,
  { target, raw }: Prepared,
): Promise<string> {
  if (outcome !== 'failed') return SUCCESS;
  if (code === 'ALREADY_EXISTS' && !again) {
    const record = await records.find({ prefix: target.identifier.prefix, suffixKey: target.suffixKey });
    if (record !== null && record.values !== null && saysSame(JSON.parse(record.values) as Value[], raw))
      return SUCCESS;
  }
  return wordsOf((code ?? 'INTERNAL') as ErrorCode, message);
}

async function outcomeOf(item: unknown, work: (item: unknown) => Promise<string>): Promise<SnmsResult> {
  const handle = handleOf(item);
  try {
    return { handle, msg: await work(item) };
  } catch (error) {
    // What is the node's own failure fails the call: the client tries again.
    if (!(error instanceof KapokError) || error.httpStatus >= 500) throw error;
    return { handle, msg: error.code === 'NOT_FOUND' ? '标识不存在' : messageOf(error) };
  }
}

function handleOf(item: unknown): string {
  if (typeof item === 'string') return item.slice(0, 255);
  const { handle } = (item ?? {}) as { handle?: unknown };
  return typeof handle === 'string' ? handle.slice(0, 255) : '';
}
