import type { FastifyInstance } from 'fastify';
import { type SnmsPrefixPage, snmsListPrefixes, snmsQueryPrefix } from '../../../proto/http/snms/prefixes.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { isUuid } from '../uuid.ts';
import { success } from './envelope.ts';
import { countPrefixes, listPrefixes, type PrefixConditions, type PrefixOfEnterprise } from './prefix-page.ts';
import { prefixLine, shownPrefix } from './prefix-view.ts';
import { findNumber, findParameter, getParameter } from './query.ts';

const MAX_PAGE = 100_000;
const MAX_SIZE = 100;
const ALL: PrefixConditions = {
  ...{ scopes: [''], prefix: null, organisation: null, name: null, active: null, hosted: null },
};

interface PageNumber {
  readonly page: number;
  readonly size: number;
}

/** `/snms/api/prefix`: the prefixes within the caller's scopes. */
export function prefixRoutes(app: FastifyInstance, services: Services): void {
  const { database, nodeName } = services;

  route(app, services, snmsQueryPrefix, async (request, _reply, admission) => {
    const prefix = parsePrefix(getParameter(request, 'prefix', 64));
    admission.at(prefix);
    const [found] = await listPrefixes(database, { ...ALL, prefix }, { page: 1, size: 1 });
    if (found === undefined) throw new KapokError('PREFIX_NOT_FOUND', { subject: prefix });
    return success(shownPrefix(found, nodeName));
  });

  route(app, services, snmsListPrefixes, async (request, _reply, admission) => {
    const page = {
      page: findNumber(request, 'currentPage', MAX_PAGE) || 1,
      size: findNumber(request, 'pageSize', MAX_SIZE) || 10,
    };
    const state = findNumber(request, 'state', 1);
    const proxy = findNumber(request, 'proxyState', 4);
    const organisation = findParameter(request, 'entId', 64) ?? null;
    const conditions = {
      scopes: admission.scopes(),
      prefix: findParameter(request, 'entPrefix', 64) ?? null,
      organisation,
      name: findParameter(request, 'entName', 255) ?? null,
      active: state === undefined ? null : state === 1,
      hosted: proxy === undefined ? null : proxy === 4,
    };
    // Hosting is not applied for apart from the prefix: there are none whose hosting waits, or was refused.
    const none = proxy === 2 || proxy === 3 || (organisation !== null && !isUuid(organisation));
    if (none) return success(pageOf([], 0, page));
    const total = await countPrefixes(database, conditions);
    return success(pageOf(await listPrefixes(database, conditions, page), total, page));
  });
}

function pageOf(found: readonly PrefixOfEnterprise[], total: number, { page, size }: PageNumber): SnmsPrefixPage {
  const pages = Math.ceil(total / size);
  return {
    first: page === 1,
    last: page >= pages,
    totalPages: pages,
    totalElements: total,
    number: page,
    size,
    sort: null,
    numberOfElements: found.length,
    content: found.map(prefixLine),
  };
}
