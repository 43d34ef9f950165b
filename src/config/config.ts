import { availableParallelism, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { KapokError } from '../errors/kapok-error.ts';
import { type Prefix, parsePrefix } from '../identifier/prefix.ts';
import { isSiteAddress } from '../record/parse-site.ts';
import { isSiteUrl } from '../record/site.ts';
import { parseCollectorUrl } from './collector-url.ts';
import { parseDatabaseUrls, parseReplicaUrls } from './database-urls.ts';
import { parseNetworks } from './networks.ts';
import { parseRedisPlace, type RedisPlace } from './redis-place.ts';
import { parseSecretKey } from './secret-key.ts';
import { isTrustworthyUrl } from './trustworthy-url.ts';

/** A role is a preset of capabilities and nothing else. */
export const ROLES = {
  top: ['delegates', 'hosts', 'governs', 'recurses'],
  industry: ['delegates', 'hosts', 'governs'],
  enterprise: ['hosts'],
  resolver: ['recurses'],
} as const satisfies Record<string, readonly Capability[]>;

export type Role = keyof typeof ROLES;
export type Capability = 'delegates' | 'hosts' | 'governs' | 'recurses';

export interface Config {
  /** The prefix the node answers for; null on a node that only recurses. */
  readonly prefix: Prefix | null;
  readonly capabilities: ReadonlySet<Capability>;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Processes that serve the node on this machine, behind one port. */
  readonly workers: number;
  /** The URL at which other nodes reach this one; null: made of host and port. */
  readonly publicUrl: string | null;
  /** Where a node that recurses begins, for prefixes that are not below its own. */
  readonly rootUrl: string | null;
  /** Null: the PostgreSQL server that comes with Kapok, in `dataDir`. */
  readonly databaseUrl: string | null;
  /** Servers that replicate it, from which resolution reads. */
  readonly databaseReplicas: readonly string[];
  readonly databasePool: number;
  readonly redis: RedisPlace | null;
  readonly dataDir: string;
  /** The folder of this machine from which files may be imported by name; null: none. */
  readonly importDir: string | null;
  /** The memory cache, in bytes. */
  readonly cacheBytes: number;
  /** The most that the filter of absent names takes, in bytes; 0: there is none. */
  readonly filterBytes: number;
  /** Resolutions that may be under way behind the caches at once. */
  readonly maxMisses: number;
  /** Milliseconds a resolution may take in all, and one hop of it. */
  readonly deadline: number;
  readonly hopTimeout: number;
  /** Milliseconds after which an answer that has outlived its time is given, marked stale. */
  readonly staleWait: number;
  /** Resolutions a second from one network; 0: no limit of any kind. */
  readonly rateLimit: number;
  /** Other requests a minute: from one network, with one credential, and writing to one prefix; 0: no such limit. */
  readonly networkLimit: number;
  readonly callerLimit: number;
  readonly prefixLimit: number;
  /** Seconds between two comparisons of what is mirrored with what its node says. */
  readonly reconcileEvery: number;
  /** Days in which a revoked prefix is given to nobody. */
  readonly quarantineDays: number;
  /** Days in which what was transferred can be taken back. */
  readonly transferDays: number;
  /** Seconds between two probes of a node below; 0: none. */
  readonly probeEvery: number;
  /** Where the deposit of each day goes, and who can open it; null: none is made. */
  readonly escrow: { readonly folder: string; readonly recipient: string } | null;
  /** Networks beside the public ones that webhooks may reach, in CIDR notation. */
  readonly webhookNetworks: readonly string[];
  readonly logLevel: string;
  /** One in so many resolutions that went well is logged. */
  readonly logSample: number;
  /** Where traces are sent, and of how many requests whose callers say nothing one is followed; null: none is. */
  readonly traces: { readonly url: string; readonly sample: number } | null;
  /** Issuers of OpenID Connect access tokens that are taken, and the audience that those must name. */
  readonly oidcIssuers: readonly string[];
  readonly oidcAudience: string | null;
  /** The first operator token, when it is chosen from outside instead of made and printed. */
  readonly operatorToken: string | null;
  /** What personal data is encrypted with; null: made when it is needed, and kept in `dataDir`. */
  readonly secretKey: Buffer | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const TOKEN = /^kapok_[A-Za-z0-9_-]{43}$/;

/** The settings of a node. Throws INVALID_SETTING that names the variable and says what it may be. */
export function readConfig(environment: Environment): Config {
  const read = <T>(name: string, parse: (text: string) => T, fallback: T): T => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    try {
      return parse(text);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      // The value itself may be a secret: only its variable is named.
      throw new KapokError('INVALID_SETTING', { message: `${name}: ${reason}`, at: name, cause });
    }
  };
  refuseUnknown(environment);
  const role = read('KAPOK_ROLE', oneOf(Object.keys(ROLES) as Role[]), 'industry');
  const capabilities = new Set(read<readonly Capability[]>('KAPOK_CAPABILITIES', parseCapabilities, ROLES[role]));
  const prefix = read('KAPOK_PREFIX', parsePrefix, null as Prefix | null);
  const rootUrl = read('KAPOK_ROOT_URL', nodeUrl, null);
  if (capabilities.has('hosts') && prefix === null) {
    const message = 'KAPOK_PREFIX: a node that hosts identifiers needs the prefix it answers for, such as 88.101';
    throw new KapokError('INVALID_SETTING', { message, at: 'KAPOK_PREFIX' });
  }
  if (prefix === null && rootUrl === null) {
    const message = 'KAPOK_ROOT_URL: a node without a prefix of its own needs the URL of the node to begin at';
    throw new KapokError('INVALID_SETTING', { message, at: 'KAPOK_ROOT_URL' });
  }
  const oidcIssuers = read('KAPOK_OIDC_ISSUERS', parseIssuers, []);
  const oidcAudience = read('KAPOK_OIDC_AUDIENCE', String, null as string | null);
  if (oidcIssuers.length > 0 && oidcAudience === null) {
    const message = 'KAPOK_OIDC_AUDIENCE: a node that takes tokens of issuers needs the audience that they must name';
    throw new KapokError('INVALID_SETTING', { message, at: 'KAPOK_OIDC_AUDIENCE' });
  }
  const databaseReplicas = read('KAPOK_DATABASE_REPLICAS', parseReplicaUrls, []);
  if (databaseReplicas.length > 0 && !environment.DATABASE_URL) {
    const message = 'KAPOK_DATABASE_REPLICAS: the server that comes with Kapok has no replicas; set DATABASE_URL';
    throw new KapokError('INVALID_SETTING', { message, at: 'KAPOK_DATABASE_REPLICAS' });
  }
  return {
    prefix,
    capabilities,
    host: read('KAPOK_HOST', host, '127.0.0.1'),
    port: read('KAPOK_PORT', whole({ max: 65_535 }), 7080),
    workers: read('KAPOK_WORKERS', whole({ min: 1, max: 256 }), 1),
    publicUrl: read('KAPOK_PUBLIC_URL', nodeUrl, null),
    rootUrl,
    databaseUrl: read('DATABASE_URL', databaseUrl, null),
    databaseReplicas,
    databasePool: read('KAPOK_DATABASE_POOL', whole({ min: 2, max: 1_000 }), Math.max(8, 2 * availableParallelism())),
    redis: read<RedisPlace | null>('REDIS_URL', parseRedisPlace, null),
    dataDir: read('KAPOK_DATA_DIR', String, '.kapok'),
    importDir: read<string | null>('KAPOK_IMPORT_DIR', String, null),
    cacheBytes: read('KAPOK_CACHE_BYTES', cacheBytes, 128 * 1024 * 1024),
    filterBytes: read('KAPOK_FILTER_BYTES', whole({ max: totalmem() }), 64 * 1024 * 1024),
    maxMisses: read('KAPOK_MAX_MISSES', whole({ min: 2, max: 1_000_000 }), 8_192),
    deadline: read('KAPOK_DEADLINE_MS', whole({ min: 10, max: 60_000 }), 5_000),
    hopTimeout: read('KAPOK_HOP_TIMEOUT_MS', whole({ min: 10, max: 60_000 }), 2_000),
    staleWait: read('KAPOK_STALE_WAIT_MS', whole({ max: 60_000 }), 1_800),
    rateLimit: read('KAPOK_RATE_LIMIT', whole({ max: 10_000_000 }), 50_000),
    networkLimit: read('KAPOK_NETWORK_LIMIT', whole({ max: 10_000_000 }), 12_000),
    callerLimit: read('KAPOK_CALLER_LIMIT', whole({ max: 10_000_000 }), 6_000),
    prefixLimit: read('KAPOK_PREFIX_LIMIT', whole({ max: 10_000_000 }), 12_000),
    reconcileEvery: read('KAPOK_RECONCILE_SECONDS', whole({ min: 1, max: 86_400 }), 300),
    quarantineDays: read('KAPOK_QUARANTINE_DAYS', whole({ max: 3_650 }), 90),
    transferDays: read('KAPOK_TRANSFER_DAYS', whole({ max: 365 }), 7),
    probeEvery: read('KAPOK_PROBE_SECONDS', whole({ max: 86_400 }), 30),
    escrow: readEscrow(
      read<string | null>('KAPOK_ESCROW_DIR', String, null),
      read<string | null>('KAPOK_ESCROW_RECIPIENT', recipient, null),
    ),
    webhookNetworks: read('KAPOK_WEBHOOK_NETWORKS', parseNetworks, []),
    logLevel: read('KAPOK_LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
    logSample: read('KAPOK_LOG_SAMPLE', whole({ min: 1, max: 1_000_000_000 }), 1_024),
    traces: readTraces(
      read<string | null>('KAPOK_TRACES', parseCollectorUrl, null),
      read<number | null>('KAPOK_TRACE_SAMPLE', whole({ max: 1_000_000_000 }), null),
    ),
    oidcIssuers,
    oidcAudience,
    operatorToken: read('KAPOK_OPERATOR_TOKEN', token, null),
    secretKey: read('KAPOK_SECRET_KEY', secretKey, null),
  };
}

/** Every variable that a node reads; docs/operations.md describes them, and a test keeps both lists equal. */
export const VARIABLES = [
  ...[
    'KAPOK_ROLE',
    'KAPOK_CAPABILITIES',
    'KAPOK_PREFIX',
    'KAPOK_ROOT_URL',
    'KAPOK_HOST',
    'KAPOK_PORT',
    'KAPOK_WORKERS',
  ],
  ...[
    'KAPOK_PUBLIC_URL',
    'DATABASE_URL',
    'KAPOK_DATABASE_REPLICAS',
    'KAPOK_DATABASE_POOL',
    'REDIS_URL',
    'KAPOK_DATA_DIR',
  ],
  'KAPOK_IMPORT_DIR',
  'KAPOK_CACHE_BYTES',
  'KAPOK_FILTER_BYTES',
  'KAPOK_MAX_MISSES',
  ...[
    'KAPOK_DEADLINE_MS',
    'KAPOK_HOP_TIMEOUT_MS',
    'KAPOK_STALE_WAIT_MS',
    'KAPOK_RATE_LIMIT',
    'KAPOK_NETWORK_LIMIT',
    'KAPOK_CALLER_LIMIT',
  ],
  ...['KAPOK_PREFIX_LIMIT', 'KAPOK_RECONCILE_SECONDS', 'KAPOK_QUARANTINE_DAYS', 'KAPOK_TRANSFER_DAYS'],
  ...[
    'KAPOK_PROBE_SECONDS',
    'KAPOK_ESCROW_DIR',
    'KAPOK_ESCROW_RECIPIENT',
    'KAPOK_WEBHOOK_NETWORKS',
    'KAPOK_LOG_LEVEL',
    'KAPOK_LOG_SAMPLE',
    'KAPOK_TRACES',
    'KAPOK_TRACE_SAMPLE',
    'KAPOK_OPERATOR_TOKEN',
    'KAPOK_SECRET_KEY',
  ],
  ...['KAPOK_OIDC_ISSUERS', 'KAPOK_OIDC_AUDIENCE'],
];

/** What the command line reads for itself. */
const OF_COMMANDS = ['KAPOK_URL', 'KAPOK_TOKEN', 'KAPOK_PARENT_TOKEN'];

/** A misspelled setting must not be silently without effect. */
function refuseUnknown(environment: Environment): void {
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('KAPOK_') || VARIABLES.includes(name) || OF_COMMANDS.includes(name)) continue;
    const message = `${name}: there is no such setting; there are ${VARIABLES.join(', ')}`;
    throw new KapokError('INVALID_SETTING', { message, at: name });
  }
}

function oneOf<T extends string>(allowed: readonly T[]) {
  return (text: string): T => {
    const found = allowed.find((item) => item === text);
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}`);
    return found;
  };
}

function whole({ min = 0, max }: { min?: number; max: number }) {
  return (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max)
      throw new Error(`must be a whole number from ${min} to ${max}`);
    return number;
  };
}

/** The share of the heap that the memory cache may take: the work of answering needs the rest. */
const CACHE_SHARE = 3 / 4;

/** The cache lies in V8's heap, which ends the process when it is full. */
function cacheBytes(text: string): number {
  const bytes = whole({ min: 1_048_576, max: totalmem() })(text);
  const { heap_size_limit: heap } = getHeapStatistics();
  const room = Math.floor(CACHE_SHARE * heap);
  if (bytes > room)
    throw new Error(
      `must be at most ${room}, three quarters of the heap that Node.js allows; NODE_OPTIONS=--max-old-space-size=MEGABYTES allows more`,
    );
  return bytes;
}

function databaseUrl(text: string): string | null {
  parseDatabaseUrls(text);
  return text;
}

/** The address of a node as a delegation can state it. */
function nodeUrl(text: string): string | null {
  if (!isSiteUrl(text))
    throw new Error('must be http:// or https://, a host and perhaps a port, without a path or a password');
  return text.replace(/\/$/, '');
}

function host(text: string): string {
  if (!isSiteAddress(text)) throw new Error('must be an IP address or a host name');
  return text;
}

function parseCapabilities(text: string): Capability[] {
  return text.split(',').map((item) => oneOf<Capability>(['delegates', 'hosts', 'governs', 'recurses'])(item.trim()));
}

/** What tokens name as their issuer, to the letter. */
function parseIssuers(text: string): string[] {
  const issuers = [...new Set(text.split(',').map((item) => item.trim()))];
  if (!issuers.every(isTrustworthyUrl) || issuers.some((issuer) => /[#?]/.test(issuer)))
    throw new Error('must be URLs with a comma between, each https:// (http:// on this machine alone) without ? and #');
  return issuers;
}

function readEscrow(folder: string | null, recipient: string | null): Config['escrow'] {
  if (folder !== null && recipient !== null) return { folder, recipient };
  if (folder === recipient) return null;
  const [at, reason] =
    folder === null
      ? ['KAPOK_ESCROW_DIR', 'deposits need a folder to go to']
      : ['KAPOK_ESCROW_RECIPIENT', 'deposits need a recipient, which `kapok escrow keygen` prints'];
  throw new KapokError('INVALID_SETTING', { message: `${at}: ${reason}`, at });
}

function readTraces(url: string | null, sample: number | null): Config['traces'] {
  if (url !== null) return { url, sample: sample ?? 8_192 };
  if (sample === null) return null;
  const message = 'KAPOK_TRACE_SAMPLE: without KAPOK_TRACES there is nowhere to send traces to';
  throw new KapokError('INVALID_SETTING', { message, at: 'KAPOK_TRACE_SAMPLE' });
}

function recipient(text: string): string {
  if (!/^x25519:[A-Za-z0-9_-]{43}$/.test(text)) throw new Error('must be "x25519:" and 43 characters of base64url');
  return text;
}

function token(text: string): string | null {
  if (!TOKEN.test(text)) throw new Error('must be "kapok_" and 43 characters of base64url');
  return text;
}

function secretKey(text: string): Buffer | null {
  const key = parseSecretKey(text);
  if (key === null) throw new Error('must be 32 random bytes in base64, as `openssl rand -base64 32` makes them');
  return key;
}
