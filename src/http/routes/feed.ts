import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  getFeed,
  getFeedBucket,
  getFeedDigests,
  MAX_EXCEPTIONS,
  MAX_FEED_PAGE,
  MAX_FEED_WAIT,
} from '../../../proto/http/feed.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { parsePrefix } from '../../identifier/prefix.ts';
import { BUCKETS } from '../../search/digest.ts';
import { readFeedBucket, readFeedDigests, type Subtree } from '../../search/feed-digests.ts';
import { readFeedPage } from '../../search/feed-page.ts';
import type { Admission } from '../admission.ts';
import { endWaits } from '../end-waits.ts';
import { getText, readAfter, readText, readWhole } from '../query-string.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** The change feed 变更流 of the catalogue, for nodes above and for auditors: public metadata of their subtrees. */
export function feedRoutes(app: FastifyInstance, services: Services): void {
  const { database, catalogueHead } = services;
  // A node that stops must not wait for those who wait for it.
  endWaits(app, () => catalogueHead.close());

  route(
    app,
    services,
    getFeed,
    async (request, reply, admission) => {
      const query = {
        after: readAfter(request, 'the number of a change') ?? 0,
        feed: readText(request, 'feed') ?? null,
        limit: readWhole(request, 'limit', { max: MAX_FEED_PAGE }) ?? MAX_FEED_PAGE,
        scopes: admission.scopes(),
      };
      const wait = readWhole(request, 'wait', { max: MAX_FEED_WAIT }) ?? 0;
      const page = await readFeedPage(database, query);
      if (wait === 0 || page.next > query.after) return page;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const known = { head: query.after, withdrawn: readText(request, 'withdrawn') ?? page.withdrawn };
      if (known.withdrawn !== page.withdrawn) return page;
      await catalogueHead.wait(known, { milliseconds: wait * 1000, signal: gone.signal });
      return readFeedPage(database, query);
    },
    { head: false },
  );

  route(app, services, getFeedDigests, async (request, _reply, admission) =>
    readFeedDigests(database, readSubtree(request, admission)),
  );

  route(app, services, getFeedBucket, async (request, _reply, admission) => {
    const subtree = readSubtree(request, admission);
    const { bucket = '' } = request.params;
    if (!/^\d{1,3}$/.test(bucket) || Number(bucket) >= BUCKETS)
      throw new KapokError('BAD_REQUEST', { message: `There are the buckets 0 to ${BUCKETS - 1}`, at: 'bucket' });
    const [, prefix = '', suffixKey = ''] = /^([^/]*)\/(.*)$/s.exec(readText(request, 'after') ?? '') ?? [];
    const limit = readWhole(request, 'limit', { max: MAX_FEED_PAGE }) ?? MAX_FEED_PAGE;
    return readFeedBucket(database, { ...subtree, bucket: Number(bucket), after: { prefix, suffixKey }, limit });
  });
}

function readSubtree(request: FastifyRequest, admission: Admission): Subtree {
  const prefix = parsePrefix(getText(request, 'prefix'));
  admission.at(prefix);
  const text = readText(request, 'except') ?? '';
  const except = text === '' ? [] : text.split('/', MAX_EXCEPTIONS + 1);
  if (except.length > MAX_EXCEPTIONS)
    throw new KapokError('BAD_REQUEST', { message: `except names over ${MAX_EXCEPTIONS} prefixes`, at: 'except' });
  return { prefix, except: except.map(parsePrefix) };
}
