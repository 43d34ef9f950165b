import { startDatabases } from '../../support/database.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { type NodeProcess, startNodeProcess } from '../node-process.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

export interface Pair {
  /** 88.101, which answers for its records. */
  readonly owner: NodeProcess;
  /** 88, which recurses, and keeps what the owner says. */
  readonly follower: NodeProcess;
  readonly redis: { readonly owner: TestRedis; readonly follower: TestRedis };
  /** Between them: what the follower hears of the owner's changes, and everything that goes from one to the other. */
  readonly feed: TcpProxy;
  readonly source: TcpProxy;
}

/** How long the follower waits for the owner's answer, in milliseconds. */
export const HOP_TIMEOUT = 1_000;

/** Two nodes with two workers each, with a Redis each, and what stands between them. */
export async function startPair(t: { teardown(work: () => Promise<unknown>): void }): Promise<Pair> {
  const databases = await startDatabases(t);
  const redis = { owner: await startRedis(t), follower: await startRedis(t) };
  const start = async (settings: Record<string, string>) =>
    startNodeProcess(
      t,
      {
        ...{ DATABASE_URL: await databases.create(), KAPOK_PROBE_SECONDS: '0' },
        ...{ KAPOK_HOP_TIMEOUT_MS: String(HOP_TIMEOUT), ...settings },
      },
      ['--workers', '2'],
    );
  const [owner, follower] = await Promise.all([
    start({ KAPOK_ROLE: 'enterprise', KAPOK_PREFIX: '88.101', REDIS_URL: redis.owner.url }),
    start({ KAPOK_ROLE: 'top', KAPOK_PREFIX: '88', REDIS_URL: redis.follower.url }),
  ]);
  const source = await startTcpProxy(t, owner.url);
  const feed = await startTcpProxy(t, source.url, { only: 'GET /api/changes' });
  const body = { url: new URL(feed.url).origin };
  const { status, text } = await follower.call('PUT', '/api/v1/prefixes/88.101', { body });
  if (status !== 201) throw new Error(text);
  return { owner, follower, redis, feed, source };
}
