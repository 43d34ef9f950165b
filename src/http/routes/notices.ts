import type { FastifyInstance } from 'fastify';
import { listNotices, MAX_NOTICE_WAIT, MAX_NOTICES } from '../../../proto/http/notices.ts';
import { awaitNotices } from '../../governance/notices/read-notices.ts';
import { endWaits } from '../end-waits.ts';
import { readAfter, readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';

const PAGE = 100;

/** Notices 通知: what happened to what is an organisation's own, read by cursor. */
export function noticeRoutes(app: FastifyInstance, services: Services): void {
  const stop = new AbortController();
  // A node that stops must not wait for those who wait for it.
  endWaits(app, () => stop.abort());

  route(
    app,
    services,
    listNotices,
    async (request, reply, admission) => {
      const organisation = readText(request, 'organisation');
      if (organisation !== undefined) admission.ofOrganisation(organisation);
      const organisations = organisation === undefined ? admission.organisations() : [organisation].filter(isUuid);
      const after = readAfter(request, 'the number of a notice') ?? 0;
      const limit = readWhole(request, 'limit', { max: MAX_NOTICES }) ?? PAGE;
      const milliseconds = (readWhole(request, 'wait', { max: MAX_NOTICE_WAIT }) ?? 0) * 1_000;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const signal = AbortSignal.any([stop.signal, gone.signal]);
      const query = { organisations, after, limit };
      const notices = await awaitNotices(services.database, query, { milliseconds, signal });
      return { notices, next: String(notices.at(-1)?.seq ?? after) };
    },
    { head: false },
  );
}
