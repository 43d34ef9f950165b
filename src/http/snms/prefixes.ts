import type { FastifyInstance } from 'fastify';
import { type SnmsPrefixPage, snmsListPrefixes, snmsQueryPrefix } from '../../../proto/http/snms/prefixes.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { success } from './envelope.ts';
import { findPrefixPage, type NumberedPage } from './prefix-page.ts';
import { prefixLine, shownPrefix } from './prefix-view.ts';
import { findNumber, findParameter, getParameter } from './query.ts';

const MAX_PAGE = 100_000;
const MAX_SIZE = 100;

/** `/snms/api/prefix`: the prefixes within the caller's scopes. */
export function prefixRoutes(app: FastifyInstance, services: Services): void {
  const { database, prefixes, nodeName } = services;

  route(app, services, snmsQueryPrefix, async (request, _reply, admission) => {
    const prefix = parsePrefix(getParameter(request, 'prefix', 64));
    admission.at(prefix);
    const entry = prefixes.find(prefix);
    if (entry === null) throw new KapokError('PREFIX_NOT_FOUND', { subject: prefix });
    return success(shownPrefix(entry, nodeName));
  });

  route(app, services, snmsListPrefixes, async (request, _reply, admission) => {
    const page = {
      page: findNumber(request, 'currentPage', MAX_PAGE) || 1,
      size: findNumber(request, 'pageSize', MAX_SIZE) || 10,
    };
    const state = findNumber(request, 'state', 1);
    const proxy = findNumber(request, 'proxyState', 4);
    const conditions = {
      scopes: admission.scopes(),
      prefix: findParameter(request, 'entPrefix', 64) ?? null,
      name: findParameter(request, 'entName', 255) ?? null,
      active: state === undefined ? null : state === 1,
      hosted: proxy === undefined ? null : proxy === 4,
    };
    // Hosting is not applied for here: there are none whose application waits, or was refused.
    const none = proxy === 2 || proxy === 3 || findParameter(request, 'entId', 64) !== undefined;
    const found = none ? { entries: [], total: 0 } : await findPrefixPage(database, conditions, page);
    return success(pageOf(found, page));
  });
}

function pageOf({ entries, total }: NumberedPage, { page, size }: { page: number; size: number }): SnmsPrefixPage {
  const pages = Math.ceil(total / size);
  return {
    first: page === 1,
    last: page >= pages,
    totalPages: pages,
    totalElements: total,
    number: page,
    size,
    sort: null,
    numberOfElements: entries.length,
    content: entries.map(prefixLine),
  };
}
