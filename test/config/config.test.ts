import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import t from 'tap';
import { type Config, ROLES, readConfig, VARIABLES } from '../../src/config/config.ts';
import { parseDatabaseUrls } from '../../src/config/database-urls.ts';
import type { KapokError } from '../../src/errors/kapok-error.ts';

const TOKEN = `kapok_${'a'.repeat(43)}`;

function read(environment: Record<string, string>): Config {
  return readConfig({ KAPOK_PREFIX: '88.101', ...environment });
}

/** What each variable cannot be, and what its message says of it. */
const BAD: Record<string, { values: string[]; reason: RegExp }> = {
  KAPOK_ROLE: { values: ['boss', 'Top', 'top '], reason: /must be one of top, industry, enterprise, resolver/ },
  KAPOK_CAPABILITIES: {
    values: ['hosts,flies', 'hosts;delegates', ','],
    reason: /must be one of delegates, hosts, governs, recurses/,
  },
  KAPOK_PREFIX: { values: ['88..1', '88/1', '.88', '88 1', '8'.repeat(65)], reason: /Prefix (?:has|contains)/ },
  KAPOK_WEBHOOK_NETWORKS: {
    values: ['10.0.0.1', '10.0.0.0/33', 'fd00::/129', 'localhost', '10.0.0.0/8;fd00::/8', ','],
    reason: /must be networks such as 10\.1\.0\.0\/16/,
  },
  KAPOK_ROOT_URL: {
    values: ['top', 'ftp://top', 'http://top/path', 'http://top?x', 'http://user:secret@top'],
    reason: /must be http:\/\/ or https:\/\/, a host and perhaps a port/,
  },
  KAPOK_HOST: { values: ['not a host', 'http://a', '1.2.3.4.5', 'a:80'], reason: /must be an IP address or a host/ },
  KAPOK_PORT: { values: ['-1', '65536', '80a', '8e3', '7080.5', ' 80'], reason: /whole number from 0 to 65535/ },
  KAPOK_WORKERS: { values: ['0', '257', '1.5', 'all'], reason: /whole number from 1 to 256/ },
  KAPOK_PUBLIC_URL: { values: ['node', 'https://', 'https://node/kapok'], reason: /must be http:\/\/ or https:\/\// },
  DATABASE_URL: {
    values: [
      ...['localhost', 'mysql://root:secret@db/x', 'http://db'],
      ...['postgres://a,,b/x', 'postgres://a:x,b/x', 'postgres://a,b/x?target_session_attrs=standby'],
    ],
    reason:
      /must be a URL that begins with postgres:\/\/ or postgresql:\/\/|must name a host|must be one of read-write/,
  },
  KAPOK_DATABASE_REPLICAS: {
    values: ['localhost', 'postgres://a,mysql://b', 'postgres://a,b'],
    reason: /must be a URL that begins with postgres:\/\/|must be one URL for each replica/,
  },
  KAPOK_DATABASE_POOL: { values: ['1', '1001', 'many'], reason: /whole number from 2 to 1000/ },
  REDIS_URL: {
    values: [
      ...['redis', 'http://:secret@r', 'redis://a,', 'redis://a,rediss://b', 'redis-cluster://a,redis://b'],
      ...['redis://:secret@a,redis://b', 'redis-cluster://a/1', 'redis://a,redis://b/2'],
    ],
    reason: /must (?:be a URL that begins with redis:\/\/ or rediss:\/\/|name one user|name no database)/,
  },
  KAPOK_CACHE_BYTES: { values: ['1048575', '128MB', String(2 * totalmem())], reason: /whole number from 1048576 to/ },
  KAPOK_FILTER_BYTES: { values: ['-1', '64MB', String(2 * totalmem())], reason: /whole number from 0 to/ },
  KAPOK_MAX_MISSES: { values: ['1', '0', '1000001', 'all'], reason: /whole number from 2 to/ },
  KAPOK_DEADLINE_MS: { values: ['9', '60001', '5s'], reason: /whole number from 10 to 60000/ },
  KAPOK_STALE_WAIT_MS: { values: ['-1', '60001'], reason: /whole number from 0 to 60000/ },
  KAPOK_HOP_TIMEOUT_MS: { values: ['0', '60001', '-5'], reason: /whole number from 10 to 60000/ },
  KAPOK_RATE_LIMIT: { values: ['-1', '10000001', '1/s'], reason: /whole number from 0 to 10000000/ },
  KAPOK_NETWORK_LIMIT: { values: ['-1', '10000001', '1/s'], reason: /whole number from 0 to 10000000/ },
  KAPOK_CALLER_LIMIT: { values: ['-1', '10000001', '1/s'], reason: /whole number from 0 to 10000000/ },
  KAPOK_PREFIX_LIMIT: { values: ['-1', '10000001', '1/s'], reason: /whole number from 0 to 10000000/ },
  KAPOK_RECONCILE_SECONDS: { values: ['0', '86401', '5m'], reason: /whole number from 1 to 86400/ },
  KAPOK_PROBE_SECONDS: { values: ['-1', '86401', '30s'], reason: /whole number from 0 to 86400/ },
  KAPOK_ESCROW_RECIPIENT: {
    values: ['x25519:', 'secret', `x25519:${'a'.repeat(44)}`],
    reason: /must be "x25519:" and 43 characters of base64url/,
  },
  KAPOK_QUARANTINE_DAYS: { values: ['-1', '3651', '90d'], reason: /whole number from 0 to 3650/ },
  KAPOK_TRANSFER_DAYS: { values: ['-1', '366', '7d'], reason: /whole number from 0 to 365/ },
  KAPOK_LOG_LEVEL: {
    values: ['loud', 'INFO'],
    reason: /must be one of fatal, error, warn, info, debug, trace, silent/,
  },
  KAPOK_LOG_SAMPLE: { values: ['0', '1000000001', '1%'], reason: /whole number from 1 to 1000000000/ },
  KAPOK_TRACES: {
    values: ['collector', 'collector:4318', 'grpc://c:4317', 'http://user:secret@c', 'http://c?x', 'http://c#x'],
    reason: /must be http:\/\/ or https:\/\/, a host, and perhaps a port and a path/,
  },
  KAPOK_TRACE_SAMPLE: { values: ['-1', '1000000001', '1%'], reason: /whole number from 0 to 1000000000/ },
  KAPOK_OPERATOR_TOKEN: {
    values: ['secret', `kapok_${'a'.repeat(42)}`, `${TOKEN}a`, `kapok_${'a'.repeat(42)}!`],
    reason: /must be "kapok_" and 43 characters of base64url/,
  },
  KAPOK_SECRET_KEY: {
    values: ['secret', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}!`],
    reason: /must be 32 random bytes in base64/,
  },
  KAPOK_OIDC_ISSUERS: {
    values: ['http://id.example.invalid', 'https://a.invalid,', 'x', 'https://a.invalid?x', 'https://a.invalid#x'],
    reason: /must be URLs with a comma between/,
  },
};

t.test(
  'a bad value of each variable is refused with a message that names the variable and says what it may be',
  async (t) => {
    for (const [name, { values, reason }] of Object.entries(BAD)) {
      for (const value of values) {
        const error = catchError(() => read({ [name]: value }));
        t.match({ code: error?.code, at: error?.at }, { code: 'INVALID_SETTING', at: name }, `${name}=${value}`);
        t.ok(error?.message.startsWith(`${name}: `), error?.message ?? `${name}=${value}`);
        t.match(error?.message, reason, `${name}=${value}`);
      }
    }
  },
);

t.test('a cache that the heap has no room for is refused, and the message says what makes room', async (t) => {
  const { heap_size_limit: heap } = getHeapStatistics();
  t.equal(read({ KAPOK_CACHE_BYTES: String(Math.floor(heap / 2)) }).cacheBytes, Math.floor(heap / 2));
  const error = catchError(() => read({ KAPOK_CACHE_BYTES: String(Math.min(heap, totalmem())) }));
  t.match(error?.message, /^KAPOK_CACHE_BYTES: must be at most \d+, .*NODE_OPTIONS=--max-old-space-size=/);
});

t.test('deposits need a folder and a recipient, both or none', async (t) => {
  const recipient = `x25519:${'a'.repeat(43)}`;
  t.equal(read({}).escrow, null);
  const both = { KAPOK_ESCROW_DIR: 'deposits', KAPOK_ESCROW_RECIPIENT: recipient };
  t.strictSame(read(both).escrow, { folder: 'deposits', recipient });
  t.match(
    catchError(() => read({ KAPOK_ESCROW_DIR: 'deposits' })),
    { at: 'KAPOK_ESCROW_RECIPIENT' },
  );
  t.match(
    catchError(() => read({ KAPOK_ESCROW_RECIPIENT: recipient })),
    { at: 'KAPOK_ESCROW_DIR' },
  );
});

t.test('every variable that can be wrong is tried', async (t) => {
  const anything = ['KAPOK_DATA_DIR', 'KAPOK_IMPORT_DIR', 'KAPOK_OIDC_AUDIENCE', 'KAPOK_ESCROW_DIR'];
  t.strictSame([...Object.keys(BAD), ...anything].sort(), [...VARIABLES].sort());
});

t.test('a message does not repeat the value, which may be a secret', async (t) => {
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'KAPOK_ROOT_URL', 'KAPOK_OPERATOR_TOKEN']) {
    const error = catchError(() => read({ [name]: 'http://user:secret@host/path' }));
    t.notMatch(error?.message, /secret/, name);
  }
});

t.test('a misspelled variable is refused, and the message lists those that there are', async (t) => {
  const error = catchError(() => read({ KAPOK_PROT: '80' }));
  t.match(error, { code: 'INVALID_SETTING', at: 'KAPOK_PROT' });
  for (const name of VARIABLES) t.match(error?.message, name);
});

t.test('the variables of the command line and of other programs are left alone', async (t) => {
  t.doesNotThrow(() => read({ KAPOK_URL: 'x', KAPOK_TOKEN: 'x', PATH: '/bin', PGHOST: 'x' }));
});

t.test('a node with its prefix alone has a setting for everything', async (t) => {
  const config = read({});
  t.match(config, {
    prefix: '88.101',
    host: '127.0.0.1',
    port: 7080,
    publicUrl: null,
    rootUrl: null,
    databaseUrl: null,
    databaseReplicas: [],
    redis: null,
    dataDir: '.kapok',
    cacheBytes: 134_217_728,
    deadline: 5000,
    hopTimeout: 2000,
    rateLimit: 50_000,
    logLevel: 'info',
    logSample: 1_024,
    traces: null,
    oidcIssuers: [],
    oidcAudience: null,
    operatorToken: null,
  });
  t.strictSame([...config.capabilities], ['delegates', 'hosts', 'governs']);
  t.ok(config.databasePool >= 8);
});

t.test('an empty variable is as if it were not there', async (t) => {
  const empty = Object.fromEntries(VARIABLES.map((name) => [name, '']));
  t.strictSame(readConfig({ ...empty, KAPOK_PREFIX: '88.101' }), read({}));
});

t.test('settings are read as they stand', async (t) => {
  const config = read({
    KAPOK_ROLE: 'enterprise',
    KAPOK_PREFIX: 'cn.88.Acme',
    KAPOK_HOST: '::',
    KAPOK_PORT: '0',
    KAPOK_PUBLIC_URL: 'https://node.example/',
    KAPOK_ROOT_URL: 'http://top.example:7080',
    DATABASE_URL: 'postgres://k:p%40ss@db:5432/kapok?sslmode=require',
    REDIS_URL: 'rediss://:pw@cache:6380/2',
    KAPOK_OPERATOR_TOKEN: TOKEN,
    KAPOK_OIDC_ISSUERS: 'https://id.example.invalid/realms/x, http://127.0.0.1:8080',
    KAPOK_OIDC_AUDIENCE: 'kapok',
  });
  t.match(config, {
    prefix: 'CN.88.ACME',
    host: '::',
    port: 0,
    publicUrl: 'https://node.example',
    rootUrl: 'http://top.example:7080',
    databaseUrl: 'postgres://k:p%40ss@db:5432/kapok?sslmode=require',
    redis: { urls: ['rediss://:pw@cache:6380/2'], cluster: false },
    operatorToken: TOKEN,
    oidcIssuers: ['https://id.example.invalid/realms/x', 'http://127.0.0.1:8080'],
    oidcAudience: 'kapok',
  });
});

t.test('a role is a preset of capabilities, and capabilities can be given alone', async (t) => {
  const elsewhere = { KAPOK_ROOT_URL: 'http://top' };
  for (const [role, capabilities] of Object.entries(ROLES)) {
    t.strictSame([...read({ KAPOK_ROLE: role, ...elsewhere }).capabilities], [...capabilities], role);
  }
  const config = read({ KAPOK_ROLE: 'enterprise', KAPOK_CAPABILITIES: 'hosts, recurses,hosts' });
  t.strictSame([...config.capabilities], ['hosts', 'recurses']);
});

t.test('a node that hosts needs a prefix, and one without a prefix a place to begin at', async (t) => {
  t.throws(() => readConfig({}), { at: 'KAPOK_PREFIX', message: /^KAPOK_PREFIX: .*such as 88\.101/ });
  t.throws(() => readConfig({ KAPOK_ROLE: 'resolver' }), { at: 'KAPOK_ROOT_URL', message: /^KAPOK_ROOT_URL: / });
  const resolver = readConfig({ KAPOK_ROLE: 'resolver', KAPOK_ROOT_URL: 'http://top:7080' });
  t.match(resolver, { prefix: null, rootUrl: 'http://top:7080' });
});

function catchError(run: () => unknown): KapokError | null {
  try {
    run();
  } catch (error) {
    return error as KapokError;
  }
  return null;
}

t.test('issuers of tokens are named once, and with the audience that their tokens must name', async (t) => {
  const KAPOK_OIDC_ISSUERS = 'https://a.invalid,https://a.invalid';
  t.strictSame(read({ KAPOK_OIDC_ISSUERS, KAPOK_OIDC_AUDIENCE: 'kapok' }).oidcIssuers, ['https://a.invalid']);
  t.match(
    catchError(() => read({ KAPOK_OIDC_ISSUERS })),
    { at: 'KAPOK_OIDC_AUDIENCE', message: /needs the audience/ },
  );
});

t.test('several Redis URLs, or an entry point that says so, are a cluster', async (t) => {
  const place = (text: string) => read({ REDIS_URL: text }).redis;
  t.strictSame(place('redis://a:1, redis://b:2'), { urls: ['redis://a:1', 'redis://b:2'], cluster: true });
  t.strictSame(place('rediss-cluster://u:p@a:1'), { urls: ['rediss://u:p@a:1'], cluster: true });
  t.strictSame(place('redis-cluster://a,redis-cluster://b/0'), { urls: ['redis://a', 'redis://b/0'], cluster: true });
});

t.test('a connection URI names several servers, and each replica is named by one of its own', async (t) => {
  t.strictSame(parseDatabaseUrls('postgres://u:p@a:1,[::1],c:3/db?target_session_attrs=read-write&sslmode=require'), [
    'postgres://u:p@a:1/db?sslmode=require',
    'postgres://u:p@[::1]/db?sslmode=require',
    'postgres://u:p@c:3/db?sslmode=require',
  ]);
  t.strictSame(parseDatabaseUrls('postgresql:///db'), ['postgresql:///db']);
  const replicas = 'postgres://a/db, postgresql://b:2/db';
  const { databaseReplicas } = read({ DATABASE_URL: 'postgres://p/db', KAPOK_DATABASE_REPLICAS: replicas });
  t.strictSame(databaseReplicas, ['postgres://a/db', 'postgresql://b:2/db']);
  const alone = catchError(() => read({ KAPOK_DATABASE_REPLICAS: replicas }));
  t.match(alone, { code: 'INVALID_SETTING', at: 'KAPOK_DATABASE_REPLICAS', message: /has no replicas/ });
});

t.test('a collector of traces is named by its address, and a sample needs one', async (t) => {
  const traces = (environment: Record<string, string>) => read(environment).traces;
  t.strictSame(traces({ KAPOK_TRACES: 'http://c:4318' }), { url: 'http://c:4318/v1/traces', sample: 8_192 });
  t.strictSame(traces({ KAPOK_TRACES: 'https://c/otlp/v1/traces', KAPOK_TRACE_SAMPLE: '0' }), {
    url: 'https://c/otlp/v1/traces',
    sample: 0,
  });
  t.match(
    catchError(() => read({ KAPOK_TRACE_SAMPLE: '1' })),
    { code: 'INVALID_SETTING', at: 'KAPOK_TRACE_SAMPLE' },
  );
});
