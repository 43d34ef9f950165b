import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/holidays.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { appendAudit } from '../../governance/audit/append-audit.ts';
import { assertHolidays, getHolidays, storeHolidays } from '../../governance/filings/holidays.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** The calendar of the authority: deadlines are in working days. */
export function holidayRoutes(app: FastifyInstance, services: Services): void {
  const { database } = services;

  route(app, services, described.getHolidays, async (request) => getHolidays(database, readYear(request)));

  route(app, services, described.putHolidays, async (request, _reply, admission) => {
    admission.at('');
    const year = readYear(request);
    assertHolidays(year, request.body);
    const stored = await database.transaction(async (tx) => {
      const before = await getHolidays(tx, year);
      await storeHolidays(tx, year, request.body);
      const after = await getHolidays(tx, year);
      const actor = admission.caller;
      await appendAudit(tx, {
        action: 'holidays.set',
        actor,
        kind: 'holidays',
        id: String(year),
        prefix: null,
        before,
        after,
      });
      return after;
    });
    return stored;
  });
}

function readYear(request: FastifyRequest): number {
  const { year = '' } = request.params as { year?: string };
  if (/^2\d{3}$/.test(year)) return Number(year);
  throw new KapokError('BAD_REQUEST', { message: 'year must be a year such as 2026', at: 'year' });
}
