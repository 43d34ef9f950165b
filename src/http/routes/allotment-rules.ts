import type { FastifyInstance, FastifyRequest } from 'fastify';
import { getAllotmentRule, putAllotmentRule } from '../../../proto/http/allotments.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type AllotmentRule, assertRule, DEFAULT_RULE } from '../../governance/allotments/allotment-rule.ts';
import { findRule, storeRule } from '../../governance/allotments/rule-table.ts';
import { appendAudit } from '../../governance/audit/append-audit.ts';
import { isUnder, type Prefix, parsePrefix } from '../../identifier/prefix.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** What may be applied for below the prefixes of this node. */
export function allotmentRuleRoutes(app: FastifyInstance, services: Services): void {
  const { database, config } = services;

  const findHere = async (parent: Prefix): Promise<AllotmentRule | null> =>
    (await findRule(database, parent)) ?? (parent === config.prefix ? DEFAULT_RULE : null);

  route(app, services, getAllotmentRule, async (request, _reply, admission) => {
    admission.scopes();
    const parent = readParent(services, request);
    const rule = await findHere(parent);
    if (rule !== null) return rule;
    const message = `Nothing can be applied for directly below ${parent}: no rule was set for it`;
    throw new KapokError('PREFIX_NOT_FOUND', { message, subject: parent });
  });

  route(app, services, putAllotmentRule, async (request, _reply, admission) => {
    const parent = readParent(services, request);
    admission.at(parent);
    const rule = request.body;
    assertRule(rule);
    await database.transaction(async (tx) => {
      const before = await findRule(tx, parent);
      await storeRule(tx, parent, rule);
      const about = { kind: 'allotment-rule', id: parent, prefix: parent };
      await appendAudit(tx, { action: 'allotment-rule.set', actor: admission.caller, ...about, before, after: rule });
    });
    return rule;
  });
}

function readParent({ config }: Services, request: FastifyRequest): Prefix {
  const parent = parsePrefix((request.params as { prefix: string }).prefix);
  if (config.prefix !== null && isUnder(parent, config.prefix)) return parent;
  const message = `Prefix ${parent} does not lie below this node (${config.prefix ?? 'which has no prefix'})`;
  throw new KapokError('NOT_RESPONSIBLE', { message, subject: parent });
}
