import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { exportAudit as exporting, listAudit as listing, pruneAudit as pruning } from '../../../proto/http/audit.ts';
import { pruneAudit } from '../../governance/audit/prune-audit.ts';
import { exportAudit, listAudit } from '../../governance/audit/read-audit.ts';
import { LEAST_DAYS } from '../../governance/audit/retention.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { readAfter, readMoment, readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const PAGE = 100;
const MAX_PAGE = 1000;

/** Audit 审计: what was done, searched by auditors and given away as a chain that proves itself. */
export function auditRoutes(app: FastifyInstance, services: Services): void {
  const { database, nodeName, nodeKey, now } = services;

  route(app, services, listing, async (request, _reply, admission) => {
    const scopes = admission.scopes();
    const limit = readWhole(request, 'limit', { max: MAX_PAGE }) ?? PAGE;
    const word = (name: string) => readText(request, name) ?? null;
    const prefix = readText(request, 'prefix');
    const query = {
      scopes,
      ...{ actor: word('actor'), action: word('action'), kind: word('kind'), id: word('id') },
      prefix: prefix === undefined ? null : parsePrefix(prefix),
      from: readMoment(request, 'from') ?? null,
      to: readMoment(request, 'to') ?? null,
    };
    const found = await listAudit(database, query, {
      before: readAfter(request, 'the number of an entry') ?? null,
      limit: limit + 1,
    });
    const entries = found.slice(0, limit);
    return { entries, ...(found.length > limit ? { next: String(entries.at(-1)?.seq) } : {}) };
  });

  route(
    app,
    services,
    exporting,
    async (request, reply, admission) => {
      admission.at('');
      const chain = exportAudit(database, {
        after: readAfter(request, 'the number of an entry') ?? 0,
        node: nodeName,
        key: nodeKey,
        now,
      });
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="audit.ndjson"')
        .send(Readable.from(chain, { objectMode: false }));
    },
    { head: false },
  );

  route(app, services, pruning, async (request, _reply, admission) => {
    admission.at('');
    const { through, hash, days = LEAST_DAYS, reason = null } = request.body;
    const signing = { node: nodeName, key: nodeKey, now, actor: admission.caller };
    return pruneAudit(database, { through, hash, days, reason, ...signing });
  });
}
