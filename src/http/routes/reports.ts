import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  exportDailyReport,
  exportMonthlyReport,
  getDailyReport,
  getMonthlyReport,
  MAX_REPORT_PAGE,
  type Report,
} from '../../../proto/http/reports.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type DailyQuery, readMonitoring, readNodeDay, readPrefixDays } from '../../governance/reports/daily-report.ts';
import { readMonths } from '../../governance/reports/monthly-report.ts';
import { reportCsv } from '../../governance/reports/report-csv.ts';
import {
  DAILY_TABLES,
  type DailyTable,
  MONTHLY_TABLE,
  type ReportRow,
  type ReportTable,
} from '../../governance/reports/report-table.ts';
import { chinaDayOf, monthAfter } from '../../governance/statistics/china-day.ts';
import type { Admission } from '../admission.ts';
import { readText, readWhole, readWord } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const DAY = 24 * 3_600_000;
const TABLES = Object.keys(DAILY_TABLES) as DailyTable[];

/** Reports 报表 of days and months, in the form that the authority above asks for. */
export function reportRoutes(app: FastifyInstance, services: Services): void {
  route(app, services, getDailyReport, async (request, _reply, admission) => {
    const { table, read } = openDaily(services, request, admission);
    const limit = readWhole(request, 'limit', { max: MAX_REPORT_PAGE }) ?? MAX_REPORT_PAGE;
    const rows = await read({ after: readText(request, 'after') ?? '', limit: limit + 1 });
    const page = rows.slice(0, limit);
    return { ...table, rows: page, ...(rows.length > limit ? { next: page.at(-1)?.prefix } : {}) } as Report;
  });

  route(
    app,
    services,
    exportDailyReport,
    async (request, reply, admission) => {
      const { table, name, read } = openDaily(services, request, admission);
      return sendCsv(reply, { table, name, pages: pagesOf(read) });
    },
    { head: false },
  );

  route(app, services, getMonthlyReport, async (request, _reply, admission) => {
    admission.at('');
    return { ...MONTHLY_TABLE, rows: await readMonthly(services, readMonth(request, services.now())) } as Report;
  });

  route(
    app,
    services,
    exportMonthlyReport,
    async (request, reply, admission) => {
      admission.at('');
      const month = readMonth(request, services.now());
      const pages = [await readMonthly(services, month)];
      return sendCsv(reply, { table: MONTHLY_TABLE, name: `monthly-${month.slice(0, 7)}`, pages });
    },
    { head: false },
  );
}

type Pages = (page: { after: string; limit: number }) => Promise<readonly ReportRow[]>;

function openDaily(services: Services, request: FastifyRequest, admission: Admission) {
  admission.at('');
  const { database, config, now } = services;
  const { prefix: own } = config;
  if (own === null)
    throw new KapokError('NOT_RESPONSIBLE', { message: 'A node without a prefix has nothing to report' });
  const table = readWord(request, 'table', TABLES) ?? 'T3';
  const query: DailyQuery = { own, day: readDay(request, now()), delegates: config.capabilities.has('delegates') };
  const read: Record<DailyTable, Pages> = {
    T3: () => readNodeDay(database, query),
    T8: (page) => readPrefixDays(database, query, page),
    monitoring: () => readMonitoring(database, query),
  };
  return { table: DAILY_TABLES[table] as ReportTable, name: `${table}-${query.day}`, read: read[table] };
}

/** Page after page: nothing is held but one. */
async function* pagesOf(read: Pages): AsyncGenerator<readonly ReportRow[]> {
  for (let after: string | null = ''; after !== null; ) {
    const rows: readonly ReportRow[] = await read({ after, limit: MAX_REPORT_PAGE });
    yield rows;
    after = rows.length < MAX_REPORT_PAGE ? null : String(rows.at(-1)?.prefix);
  }
}

function readMonthly({ database, config, prefixes, nodeName, now }: Services, month: string) {
  const label = config.prefix === null ? '' : prefixes.find(config.prefix)?.label;
  return readMonths(database, { unit: label || nodeName, month, now: now() });
}

type RowPages = AsyncIterable<readonly ReportRow[]> | Iterable<readonly ReportRow[]>;

function sendCsv(
  reply: FastifyReply,
  { table, name, pages }: { table: ReportTable; name: string; pages: RowPages },
): FastifyReply {
  return reply
    .type('text/csv;charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(Readable.from(reportCsv(table, pages), { objectMode: false }));
}

function readDay(request: FastifyRequest, now: number): string {
  const text = readText(request, 'day') ?? chinaDayOf(now - DAY);
  if (isDay(text)) return text;
  throw new KapokError('BAD_REQUEST', { message: 'day must be a day such as 2026-11-24', at: 'day' });
}

function readMonth(request: FastifyRequest, now: number): string {
  const text = readText(request, 'month');
  if (text === undefined) return monthAfter(chinaDayOf(now), -1);
  if (isDay(`${text}-01`)) return `${text}-01`;
  throw new KapokError('BAD_REQUEST', { message: 'month must be a month such as 2026-11', at: 'month' });
}

/** A day of the calendar: 2026-02-30 is none, though Date would make it March. PostgreSQL has no year 0. */
function isDay(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d\d-\d\d$/.test(text)) return false;
  return new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false;
}
