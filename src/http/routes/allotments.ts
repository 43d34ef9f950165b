import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as described from '../../../proto/http/allotments.ts';
import { governorOf, may } from '../../access/may.ts';
import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { actOnAllotment } from '../../governance/allotments/act-on-allotment.ts';
import { ALLOTMENT_STATES, ALLOTMENT_TRANSITIONS, type Allotment } from '../../governance/allotments/allotment.ts';
import { allotmentNotFound, findAllotment, listAllotments } from '../../governance/allotments/allotment-table.ts';
import { applyForPrefix, type Wish } from '../../governance/allotments/apply-for-prefix.ts';
import { possibleActions } from '../../governance/machine.ts';
import { findForbiddenCharacter } from '../../identifier/characters.ts';
import { type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import type { Admission } from '../admission.ts';
import { pinKeys } from '../pin-keys.ts';
import { assertOwn, siteOf } from '../prefix-place.ts';
import { readText, readWhole, readWord } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** Prefixes 前缀分配: applied for by organisations, decided on by who governs the prefix above. */
export function allotmentRoutes(app: FastifyInstance, services: Services): void {
  const { database, config, prefixes } = services;

  const show = (allotment: Allotment, { caller }: Admission): described.Allotment => {
    const { prefix, state, organisation } = allotment;
    const isHolder = organisation !== null && caller.organisations.includes(organisation);
    const governs = may(caller, 'prefixes.govern', governorOf(prefix));
    const possible = [
      ...(isHolder ? possibleActions(ALLOTMENT_TRANSITIONS, state, 'organisation') : []),
      ...(governs ? possibleActions(ALLOTMENT_TRANSITIONS, state, 'authority') : []),
    ];
    const site = prefixes.find(prefix)?.site ?? null;
    const hosted = state === 'allotted' || state === 'suspended';
    const { suspendedBy } = allotment;
    return {
      ...allotment,
      suspendedBy: [...suspendedBy],
      hosting: hosted ? (site === null ? 'hosted' : 'delegated') : null,
      possible,
    };
  };

  const change = async (admission: Admission, work: (tx: Queryable) => Promise<Allotment>) => {
    const allotment = await database.transaction(work);
    await services.announce();
    return show(allotment, admission);
  };

  /** Null: this node has nothing to allot. */
  const own = config.capabilities.has('governs') ? config.prefix : null;

  const deedOf = ({ caller }: Admission) => ({
    actor: caller,
    now: new Date(services.now()),
    quarantineDays: config.quarantineDays,
  });

  route(app, services, described.applyForPrefix, async (request, reply, admission) => {
    const { organisation, label = '', purpose = '' } = request.body;
    admission.ofOrganisation(organisation);
    assertTexts({ label, purpose });
    const wish = readWish(own, request.body);
    const { actor, now } = deedOf(admission);
    const application = { wish, organisation, label, purpose, actor, now, own };
    return reply.code(201).send(await change(admission, (tx) => applyForPrefix(tx, application)));
  });

  route(app, services, described.listAllotments, async (request, _reply, admission) => {
    const organisation = readText(request, 'organisation') ?? null;
    if (organisation !== null) admission.ofOrganisation(organisation);
    const scopes = organisation === null ? admission.scopes() : null;
    const after = readText(request, 'after');
    const { allotments, next } = await listAllotments(database, {
      ...{ scopes, organisation, state: readWord(request, 'state', ALLOTMENT_STATES) ?? null },
      after: after === undefined ? null : parsePrefix(after),
      limit: readWhole(request, 'limit', { max: 1000 }) ?? 100,
    });
    return { allotments: allotments.map((allotment) => show(allotment, admission)), next };
  });

  route(app, services, described.getAllotment, async (request, _reply, admission) => {
    const prefix = readPrefix(request);
    const found = await findAllotment(database, prefix);
    admission.ofHolder(found?.organisation ?? null, prefix);
    if (found === null) throw allotmentNotFound(prefix);
    return show(found, admission);
  });

  route(app, services, described.decideAllotment, async (request, _reply, admission) => {
    const prefix = readPrefix(request);
    admission.above(prefix);
    const { action, reason, url, site, pin, ttl, suffixCase } = request.body;
    assertTexts({ reason });
    const keys = await pinKeys(services, [{ url, site, pin }]);
    const answeredAt = siteOf({ url, site }, keys);
    assertOwn(services, { prefix, site: answeredAt });
    const place = {
      ...(answeredAt === null ? {} : { site: answeredAt }),
      ...(ttl === undefined ? {} : { ttl }),
      ...(suffixCase === undefined ? {} : { suffixCase }),
    };
    const deed = { prefix, action, by: 'authority', reason, change: place, ...deedOf(admission) } as const;
    return change(admission, (tx) => actOnAllotment(tx, deed));
  });

  route(app, services, described.cancelAllotment, async (request, _reply, admission) => {
    const prefix = readPrefix(request);
    const found = await findAllotment(database, prefix);
    admission.ofHolder(found?.organisation ?? null, null);
    const deed = { prefix, action: 'cancel', by: 'organisation', ...deedOf(admission) } as const;
    return change(admission, (tx) => actOnAllotment(tx, deed));
  });
}

function readPrefix(request: FastifyRequest): Prefix {
  return parsePrefix((request.params as { prefix: string }).prefix);
}

function readWish(own: Prefix | null, { prefix, parent }: described.PrefixApplication): Wish {
  if (prefix !== undefined && parent !== undefined)
    throw new KapokError('BAD_REQUEST', { message: 'prefix and parent exclude each other', at: 'parent' });
  if (prefix !== undefined) return { prefix: parsePrefix(prefix) };
  if (parent !== undefined) return { parent: parsePrefix(parent) };
  if (own !== null) return { parent: own };
  throw new KapokError('NOT_RESPONSIBLE', { message: 'This node allots no prefixes', at: 'prefix' });
}

function assertTexts(texts: Readonly<Record<string, string | undefined>>): void {
  for (const [name, text] of Object.entries(texts)) {
    const forbidden = text === undefined ? null : findForbiddenCharacter(text);
    if (forbidden !== null) throw new KapokError('BAD_REQUEST', { message: `${name} ${forbidden}`, at: name });
  }
}
