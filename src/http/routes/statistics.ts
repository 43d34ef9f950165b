import type { FastifyInstance, FastifyRequest } from 'fastify';
import { getStatistics, MAX_STATISTICS } from '../../../proto/http/statistics.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { readByPrefix, readSeries, type Span } from '../../governance/statistics/read-statistics.ts';
import { readMoment, readText, readWhole, readWord } from '../query-string.ts';
import { readSubtree } from '../read-subtree.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const HOUR = 3_600_000;
const LENGTHS = { hour: HOUR, day: 24 * HOUR };
const PAGE = 100;

/** Statistics 统计 of what the node resolves and registers. */
export function statisticsRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;
  route(app, services, getStatistics, async (request, _reply, admission) => {
    const prefix = readSubtree(request, admission);
    const by = readWord(request, 'by', ['hour', 'day', 'prefix']) ?? 'hour';
    const span = readSpan(request, services.now());
    const told = { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() };
    if (by === 'prefix') {
      const limit = readWhole(request, 'limit', { max: MAX_STATISTICS }) ?? PAGE;
      const after = readText(request, 'after') ?? null;
      const rows = await readByPrefix(database, { prefix, span, after, limit: limit + 1 });
      const page = rows.slice(0, limit);
      return { ...told, rows: page, ...(rows.length > limit ? { next: page.at(-1)?.prefix } : {}) };
    }
    if ((span.to - span.from) / LENGTHS[by] > MAX_STATISTICS)
      throw new KapokError('BAD_REQUEST', { message: `At most ${MAX_STATISTICS} of a ${by}`, at: 'from' });
    return { ...told, rows: await readSeries(database, { prefix, span, by }) };
  });
}

function readSpan(request: FastifyRequest, now: number): Span {
  const to = momentOf(request, 'to') ?? now;
  const from = momentOf(request, 'from') ?? to - 24 * HOUR;
  if (from >= to) throw new KapokError('BAD_REQUEST', { message: 'from must be before to', at: 'from' });
  return { from, to };
}

function momentOf(request: FastifyRequest, name: string): number | null {
  const text = readMoment(request, name);
  return text === undefined ? null : Date.parse(text);
}
