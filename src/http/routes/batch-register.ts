import type { FastifyInstance } from 'fastify';
import { BatchRegistration, type BatchResult } from '../../../proto/http/identifiers.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { importRows } from '../../registry/import/import-rows.ts';
import type { RawRow } from '../../registry/import/rows.ts';
import { getRequestCaller, getWritablePrefix } from '../caller.ts';
import type { Services } from '../services.ts';

/** 2,000 items of 4 KiB. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** `POST /api/v1/batch`: up to 2,000 identifiers in one call, an outcome for each in their order. Longer lists are imports. */
export function batchRegister(app: FastifyInstance, services: Services): void {
  const { database, templates } = services;
  const options = { schema: { body: BatchRegistration }, bodyLimit: BODY_LIMIT };
  app.post<{ Body: BatchRegistration }>('/api/v1/batch', options, async (request) => {
    const caller = await getRequestCaller(services, request);
    const { items, overwrite = false } = request.body;
    const authorize = (prefix: Prefix) => getWritablePrefix(services, caller, prefix).suffixCase;
    const results: BatchResult[] = [];
    const stored = importRows(rowsOf(items), {
      ...{ database, templates, authorize, overwrite, actor: caller.id },
      now: () => new Date(services.now()),
      onCommitted: () => void services.announce(),
    });
    for await (const chunk of stored) results.push(...chunk.map(({ line: _line, ...result }) => result));
    await services.announce();
    return { results };
  });
}

async function* rowsOf(items: BatchRegistration['items']): AsyncGenerator<RawRow> {
  for (const [i, { identifier, values = [], template, data }] of items.entries()) {
    yield { line: i + 1, identifier, values, template, data };
  }
}
