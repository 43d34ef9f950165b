import type { FastifyInstance, FastifyRequest } from 'fastify';
import { getReportDigests, getReportStream, MAX_STREAM_PAGE } from '../../../proto/http/report-stream.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { readReportDigests, readReportPage } from '../../governance/reports/stream/report-table.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { BUCKETS } from '../../search/digest.ts';
import { getText, readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** The report stream 上报流, which the node above reads. */
export function reportStreamRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, getReportStream, async (request, _reply, admission) =>
    readReportPage(database, {
      after: readNumber(request, 'after', 999_999_999_999_999) ?? 0,
      stream: readText(request, 'stream') ?? null,
      bucket: readNumber(request, 'bucket', BUCKETS - 1),
      limit: readWhole(request, 'limit', { max: MAX_STREAM_PAGE }) ?? MAX_STREAM_PAGE,
      scopes: admission.scopes(),
    }),
  );

  route(app, services, getReportDigests, async (request, _reply, admission) => {
    const prefix = parsePrefix(getText(request, 'prefix'));
    admission.at(prefix);
    return readReportDigests(database, prefix);
  });
}

function readNumber(request: FastifyRequest, name: string, max: number): number | null {
  const text = readText(request, name);
  if (text === undefined) return null;
  if (/^\d{1,15}$/.test(text) && Number(text) <= max) return Number(text);
  throw new KapokError('BAD_REQUEST', { message: `${name} must be a whole number from 0 to ${max}`, at: name });
}
