import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type ComputedRecord as ComputedJson,
  listComputed as listing,
  publishComputed as publishing,
  withdrawComputed as withdrawing,
} from '../../../proto/http/computed.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { parseValues } from '../../record/parse-value.ts';
import { administratorValues } from '../../record/select.ts';
import type { ComputedRecord } from '../../registry/computed/computed-record.ts';
import { publishComputed, withdrawComputed } from '../../registry/computed/publish-computed.ts';
import { listComputed } from '../../registry/computed/read-computed.ts';
import { getText, readText } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** Computed records 计算记录: one answers for all serial numbers of a pattern that have no record of their own. */
export function computedRoutes(app: FastifyInstance, services: Services): void {
  const { database, prefixes, templates } = services;

  route(app, services, publishing, async (request, reply, admission) => {
    const { pattern, from = 0, to = null, values: input } = request.body;
    const prefix = parsePrefix(request.body.prefix);
    admission.writable(prefixes, prefix);
    const values = parseValues(input, new Date(services.now()));
    const computed = { prefix, pattern, from, to, values, actor: admission.caller };
    const { published, created } = await publishComputed(database, computed, templates);
    await services.announce();
    return reply.code(created ? 201 : 200).send(jsonOf(published));
  });

  route(app, services, listing, async (request, _reply, admission) => {
    const prefix = parsePrefix(getText(request, 'prefix'));
    admission.at(prefix);
    return { computed: (await listComputed(database, prefix)).map(jsonOf) };
  });

  route(app, services, withdrawing, async (request, _reply, admission) => {
    const prefix = parsePrefix(getText(request, 'prefix'));
    admission.writable(prefixes, prefix);
    const name = { prefix, pattern: getText(request, 'pattern'), from: readFrom(request) };
    await withdrawComputed(database, name, admission.caller);
    await services.announce();
    return { withdrawn: true };
  });
}

function readFrom(request: FastifyRequest): number {
  const text = readText(request, 'from') ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new KapokError('BAD_REQUEST', { message: 'from must be a whole number of 15 digits at most', at: 'from' });
}

function jsonOf({ prefix, pattern, from, to, values, actor, updatedAt }: ComputedRecord): ComputedJson {
  return { prefix, pattern, from, to, values: [...administratorValues(values)], actor, updatedAt };
}
