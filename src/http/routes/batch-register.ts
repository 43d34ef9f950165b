import type { FastifyInstance } from 'fastify';
import { type BatchRegistration, type BatchResult, registerBatch } from '../../../proto/http/identifiers.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { importRows } from '../../registry/import/import-rows.ts';
import type { RawRow } from '../../registry/import/rows.ts';
import type { Admission } from '../admission.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 2,000 items of 4 KiB. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** `POST /api/v1/batch`: up to 2,000 identifiers in one call, an outcome for each in their order. Longer lists are imports. */
export function batchRegister(app: FastifyInstance, services: Services): void {
  const { database, templates, prefixes } = services;
  const store = async ({ body }: { body: BatchRegistration }, admission: Admission) => {
    const { items, overwrite = false } = body;
    const authorize = (prefix: Prefix) => admission.writable(prefixes, prefix).suffixCase;
    const results: BatchResult[] = [];
    const stored = importRows(rowsOf(items), {
      ...{ database, templates, authorize, overwrite, actor: admission.caller.id },
      now: () => new Date(services.now()),
      onCommitted: () => void services.announce(),
    });
    for await (const chunk of stored) results.push(...chunk.map(({ line: _line, ...result }) => result));
    await services.announce();
    return { results };
  };
  route(app, services, registerBatch, (request, _reply, admission) => store(request, admission), {
    bodyLimit: BODY_LIMIT,
  });
}

async function* rowsOf(items: BatchRegistration['items']): AsyncGenerator<RawRow> {
  for (const [i, { identifier, values = [], template, data }] of items.entries()) {
    yield { line: i + 1, identifier, values, template, data };
  }
}
