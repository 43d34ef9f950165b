import type { FastifyInstance } from 'fastify';
import { type BatchRegistration, type BatchResult, registerBatch } from '../../../proto/http/identifiers.ts';
import { createImportRights } from '../../access/import-rights.ts';
import { importBatch } from '../../registry/import/import-batch.ts';
import type { RawRow } from '../../registry/import/rows.ts';
import type { Admission } from '../admission.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 2,000 items of 4 KiB. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** `POST /api/v1/batch`: up to 2,000 identifiers in one call, an outcome for each in their order. Longer lists are imports. */
export function batchRegister(app: FastifyInstance, services: Services): void {
  const { database, templates } = services;
  const store = async ({ body }: { body: BatchRegistration }, admission: Admission) => {
    const { items, overwrite = false } = body;
    admission.scopes();
    const stored = await importBatch(items.map(rowOf), {
      ...{ database, templates, overwrite, actor: admission.caller.id },
      now: () => new Date(services.now()),
      rights: async () => createImportRights(admission.caller, services),
    });
    await services.announce();
    const results: BatchResult[] = stored.map(({ line: _line, ...result }) => result);
    return { results };
  };
  route(app, services, registerBatch, (request, _reply, admission) => store(request, admission), {
    bodyLimit: BODY_LIMIT,
  });
}

function rowOf({ identifier, values = [], template, data }: BatchRegistration['items'][number], i: number): RawRow {
  return { line: i + 1, identifier, values, template, data };
}
