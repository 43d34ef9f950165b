/** Where Redis is: one server, or servers of a cluster through which the others are found. */
export interface RedisPlace {
  readonly urls: readonly string[];
  readonly cluster: boolean;
}

const ONE = ['redis:', 'rediss:'];
/** One address behind which a whole cluster stands, as managed services give it. */
const ENTRY: Readonly<Record<string, string>> = { 'redis-cluster:': 'redis:', 'rediss-cluster:': 'rediss:' };

/** Several URLs with a comma between are a cluster, and so is one that begins with `redis-cluster://`. Throws the reason. */
export function parseRedisPlace(text: string): RedisPlace {
  const given = text.split(',').map((item) => item.trim());
  const schemes = new Set(given.map((item) => (URL.canParse(item) ? new URL(item).protocol : '')));
  const [scheme = ''] = schemes;
  const entry = ENTRY[scheme];
  if (schemes.size > 1 || (entry === undefined && !ONE.includes(scheme)))
    throw new Error(
      'must be a URL that begins with redis:// or rediss://; of a cluster, several of them with a comma between, ' +
        'or one that begins with redis-cluster:// or rediss-cluster://',
    );
  if (given.length === 1 && entry === undefined) return { urls: given, cluster: false };
  const urls = given.map((item) => new URL(item.replace(/^[a-z-]+:/, entry ?? scheme)));
  // What is found through them is reached with the same credentials.
  if (new Set(urls.map(({ username, password }) => `${username}:${password}`)).size > 1)
    throw new Error('must name one user and password: all servers of a cluster have the same');
  if (urls.some(({ pathname }) => !/^\/?0?$/.test(pathname)))
    throw new Error('must name no database: a cluster has number 0 alone');
  return { urls: urls.map(({ href }) => href), cluster: true };
}
