import type { Test } from 'tap';
import { openRedis } from '../../src/cache/open-redis.ts';
import type { RedisPlace } from '../../src/config/redis-place.ts';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { parseIdentifier } from '../../src/identifier/identifier.ts';
import { readNode } from '../../src/registry/feed.ts';
import { FeedFollower } from '../../src/registry/feed-follower.ts';
import { writeRecord } from '../../src/registry/write-record.ts';
import { SharedCache } from '../../src/resolve/shared-cache.ts';
import { noTemplates } from '../registry/open-database.ts';
import { UNRESTRICTED } from '../support/unrestricted.ts';
import { until } from './until.ts';

export const nameOf = (suffix: string, prefix = '88.101') => ({ prefix, rest: `own:${suffix}` });

/** One process of a node, as far as Redis goes: its database, its follower of the feed and its view of Redis. */
export async function openCacheProcess(t: Test, { place, url }: { place: RedisPlace; url: string }) {
  const database = new Database({ url, poolSize: 4 });
  t.teardown(() => database.close());
  await migrate(database);
  const { id, feedHead } = await readNode(database);
  const { cache, close } = openRedis({ place, nodeId: id, now: Date.now });
  t.teardown(async () => close());
  const follower: FeedFollower = new FeedFollower({
    database,
    from: feedHead,
    apply: (changes) => shared.apply(changes),
  });
  const shared: SharedCache = new SharedCache({ cache, database, cursor: () => follower.cursor });
  await shared.start();
  t.teardown(() => shared.close());
  await until(() => cache.trusted);
  const write = async (suffix: string, prefix = '88.101') => {
    const identifier = parseIdentifier(`${prefix}/${suffix}`);
    const written = await writeRecord(database, {
      ...{ identifier, suffixKey: suffix, actor: 'test', templates: noTemplates, change: () => ({ values: [] }) },
      authority: UNRESTRICTED,
    });
    await follower.catchUp();
    return written.version;
  };
  const put = async (suffix: string, version: number, prefix = '88.101') => {
    const name = nameOf(suffix, prefix);
    cache.put(name, { version, text: `version ${version}` }, { lifetime: 60_000, begun: cache.begin() });
    return cache.get(name);
  };
  return { url, database, cache, follower, write, put };
}
