import type { FastifyInstance } from 'fastify';
import {
  deleteStandby,
  giveBack as givingBack,
  listEvents as listingEvents,
  listStandbys as listingStandbys,
  listProbes,
  putStandby,
  type StandbySettings,
  takeOver as takingOver,
} from '../../../proto/http/monitoring.ts';
import { baseOf } from '../../../proto/http/operation.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { listEvents } from '../../governance/monitoring/event-table.ts';
import { listRounds } from '../../governance/monitoring/probe-table.ts';
import { listStandbys } from '../../governance/monitoring/standby-table.ts';
import { giveBack, setStandby, takeOver, unsetStandby } from '../../governance/monitoring/take-over.ts';
import { decodePath } from '../../identifier/percent-encoding.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { parseSite } from '../../record/parse-site.ts';
import { assertRecordFits } from '../../record/parse-value.ts';
import { type Site, siteOfUrl } from '../../record/site.ts';
import { pinKeys } from '../pin-keys.ts';
import { readText, readWhole } from '../query-string.ts';
import { pathAfter } from '../resolve-request.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const EVENTS = 100;
const MAX_EVENTS = 1000;

/** Monitoring 监测: what probes of the nodes below have found, and who takes over 应急接管. */
export function monitoringRoutes(app: FastifyInstance, services: Services): void {
  const { database, announce } = services;

  route(app, services, listingStandbys, async (_request, _reply, admission) => {
    admission.at('');
    return { standbys: await listStandbys(database) };
  });

  route(app, services, putStandby, async (request, _reply, admission) => {
    const prefix = readPrefix(pathAfter(request, baseOf(putStandby)));
    admission.above(prefix);
    const { auto = false, ...settings } = request.body;
    const site = await readSite(services, settings);
    return setStandby(database, { prefix, actor: admission.caller, reason: null }, { site, auto });
  });

  route(app, services, deleteStandby, async (request, _reply, admission) => {
    const prefix = readPrefix(pathAfter(request, baseOf(deleteStandby)));
    admission.above(prefix);
    await unsetStandby(database, { prefix, actor: admission.caller, reason: null });
    return { prefix, unset: true };
  });

  route(app, services, takingOver, async (request, _reply, admission) => {
    const { reason = null } = request.body;
    const prefix = parsePrefix(request.body.prefix);
    admission.above(prefix);
    const site = await database.transaction((tx) => takeOver(tx, { prefix, actor: admission.caller, reason }));
    await announce();
    return { prefix, site };
  });

  route(app, services, givingBack, async (request, _reply, admission) => {
    const prefix = readPrefix(pathAfter(request, baseOf(givingBack)));
    admission.above(prefix);
    const site = await giveBack(database, { prefix, actor: admission.caller, reason: null });
    await announce();
    return { prefix, site };
  });

  route(app, services, listingEvents, async (request, _reply, admission) => {
    admission.at('');
    const text = readText(request, 'prefix');
    const prefix = text === undefined ? null : parsePrefix(text);
    const limit = readWhole(request, 'limit', { max: MAX_EVENTS }) ?? EVENTS;
    return { events: await listEvents(database, { prefix, limit }) };
  });

  route(app, services, listProbes, async (request, _reply, admission) => {
    const prefix = readPrefix(pathAfter(request, baseOf(listProbes)));
    admission.at(prefix);
    return { rounds: await listRounds(database, prefix) };
  });
}

function readPrefix(path: string): Prefix {
  return parsePrefix(decodePath(path));
}

async function readSite(services: Services, { url, site, pin }: Omit<StandbySettings, 'auto'>): Promise<Site> {
  const keys = await pinKeys(services, [{ url, site, pin }]);
  if (url !== undefined) return parseSite(siteOfUrl(url, { publicKey: keys.get(url) }), 'url');
  if (site === undefined || site === null)
    throw new KapokError('BAD_REQUEST', { message: 'A standby site needs url or site', at: 'url' });
  const parsed = parseSite(site, 'site');
  assertRecordFits(JSON.stringify(parsed), 'site');
  return parsed;
}
