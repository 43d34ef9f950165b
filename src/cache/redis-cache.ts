import { randomUUID } from 'node:crypto';
import { type RedisClient, ready } from './redis.ts';
import { OneShard, type Shards } from './shards.ts';

/**
 * The second cache layer, shared by the processes of one node.
 *
 * Each key holds `version:payload`. A floor, `version:` without payload, is left by a change of the record; the script
 * refuses whatever is older, so a slow read in any process cannot bring back what a write has replaced.
 * All keys carry the epoch, a random word kept beside the number of the last change that was applied here
 * (`seq`). When too much was missed to be applied one by one, a new epoch forgets everything at once.
 *
 * Each server of a cluster keeps epoch and number for itself, so one that comes back with less shows it: from the smallest
 * number on the changes are applied anew, and one that knows no epoch, or another one, ends it for all.
 */
const PUT = `
local present = redis.call('GETRANGE', KEYS[1], 0, 20)
local version = tonumber(string.match(present, '^(%d+):'))
if version and (version > tonumber(ARGV[1]) or (version == tonumber(ARGV[1]) and ARGV[4] == 'floor')) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** Begins an epoch where there still is the one that was seen there ('' for none); '*' stands for any. */
const BEGIN = `
local present = redis.call('HGET', KEYS[1], 'epoch') or ''
if ARGV[1] ~= '*' and present ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'seq', ARGV[3])
return 1`;

const ADVANCE = `
local state = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if state[1] ~= ARGV[1] then return 0 end
if tonumber(state[2]) < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], 'seq', ARGV[2]) end
return 1`;

const FLOOR_LIFETIME = 120_000;
/** A read that took longer may find its floor gone, be it that this process was stopped for a while: it is not stored. */
const LONGEST_READ = FLOOR_LIFETIME / 2;
/** After a failure Redis is left alone for this long, in milliseconds. */
const REST = 1_000;

export interface RedisCacheOptions {
  readonly redis: RedisClient;
  /** The servers behind the client; one, unless it says otherwise. */
  readonly shards?: Shards;
  readonly nodeId: string;
  readonly now?: () => number;
}

export interface RedisName {
  /** The prefix: all keys of one prefix share a slot of a cluster. */
  readonly prefix: string;
  readonly rest: string;
}

/** The moment at which a read begins. */
export interface Reading {
  /** How often Redis had been joined. */
  readonly joined: number;
  readonly at: number;
}

export interface Payload {
  readonly version: number;
  readonly text: string;
}

interface State {
  /** Empty: none. */
  readonly epoch: string;
  readonly seq: number;
}

interface Put {
  readonly version: number;
  readonly value: string;
  /** Milliseconds it lives. */
  readonly px: number;
  readonly kind: 'put' | 'floor';
}

type Scripted = RedisClient & {
  kapokPut(key: string, version: number, value: string, px: number, kind: Put['kind']): Promise<number>;
  kapokBegin(key: string, seen: string, epoch: string, seq: number): Promise<number>;
  kapokAdvance(key: string, epoch: string, seq: number): Promise<number>;
};

export class RedisCache {
  readonly #redis: Scripted;
  readonly #shards: Shards;
  readonly #root: string;
  readonly #now: () => number;
  /** Of each shard, the key of its state. */
  #states: readonly string[] = [];
  #epoch: string | null = null;
  #joined = 0;
  /** Whether no server was lost since Redis was joined. */
  #whole = false;
  #trusted = false;
  #restUntil = 0;

  constructor({ redis, shards = new OneShard(redis), nodeId, now = Date.now }: RedisCacheOptions) {
    redis.defineCommand('kapokPut', { numberOfKeys: 1, lua: PUT });
    redis.defineCommand('kapokBegin', { numberOfKeys: 1, lua: BEGIN });
    redis.defineCommand('kapokAdvance', { numberOfKeys: 1, lua: ADVANCE });
    this.#redis = redis as Scripted;
    this.#shards = shards;
    this.#root = `kapok:${nodeId}`;
    this.#now = now;
    shards.onLost(() => {
      this.#whole = false;
      this.distrust();
    });
  }

  /** Whether every change of the feed has left its floor here. */
  get trusted(): boolean {
    return this.#trusted;
  }

  get usable(): boolean {
    return this.#trusted && this.#now() >= this.#restUntil;
  }

  /** Null when absent, a floor, or Redis fails: a failure here is a miss, never an error. */
  async get(name: RedisName): Promise<Payload | null> {
    if (!this.usable) return null;
    try {
      const value = await ready(this.#redis).get(this.#key(name));
      const colon = value?.indexOf(':') ?? -1;
      if (value === null || colon < 0 || colon === value.length - 1) return null;
      return { version: Number(value.slice(0, colon)), text: value.slice(colon + 1) };
    } catch {
      this.#rest();
      return null;
    }
  }

  /**
   * To be handed to `put`: floors do not cross epochs, and those of what was missed are others' to leave. So a read that began
   * before Redis was joined last is never stored.
   */
  begin(): Reading {
    return { joined: this.#joined, at: this.#now() };
  }

  put(name: RedisName, payload: Payload, { lifetime, begun }: { lifetime: number; begun: Reading }): void {
    if (!this.usable || lifetime < 1 || begun.joined !== this.#joined) return;
    if (this.#now() - begun.at > LONGEST_READ) return;
    const value = `${payload.version}:${payload.text}`;
    this.#put(name, { version: payload.version, value, px: Math.ceil(lifetime), kind: 'put' }).catch(() =>
      this.#rest(),
    );
  }

  /**
   * Joins the epoch that the node's processes share, or starts one; answers the number of the last change whose floors are in.
   * Throws when Redis fails, or while another process starts an epoch.
   */
  async attach(seq: number): Promise<number> {
    this.#joined++;
    this.#whole = true;
    this.#states = (await this.#shards.open()).map((end) => `${this.#root}:feed${end}`);
    const states = await this.#readStates();
    return this.#join(agree(states) ? states : await this.#begin(states, seq));
  }

  /** Not to be read or written until the missed changes are applied. */
  distrust(): void {
    this.#trusted = false;
  }

  /** Without effect when a server was lost meanwhile. */
  trust(): void {
    this.#trusted = this.#whole;
  }

  /** Leaves floors for changed records, then notes the number of the last one. Throws when Redis fails. */
  async raise(changes: readonly { name: RedisName; version: number }[], seq: number): Promise<void> {
    const floors = changes.map(({ name, version }) =>
      this.#put(name, { version, value: `${version}:`, px: FLOOR_LIFETIME, kind: 'floor' }),
    );
    await Promise.all(floors);
    const advanced = this.#states.map((key) => ready(this.#redis).kapokAdvance(key, this.#epoch ?? '', seq));
    if ((await Promise.all(advanced)).includes(0))
      throw new Error('Another process has started a new epoch, without these floors');
  }

  /** Forgets everything at once: the changes up to `seq` are too many to apply one by one. Answers as `attach`. */
  async startEpoch(seq: number): Promise<number> {
    this.#joined++;
    return this.#join(await this.#begin(await this.#readStates(), seq));
  }

  /** The first shard decides between processes that begin one at the same time. */
  async #begin([first, ...others]: readonly State[], seq: number): Promise<readonly State[]> {
    const redis = ready(this.#redis);
    const epoch = randomUUID();
    const [key = '', ...keys] = this.#states;
    const begun = await redis.kapokBegin(key, first?.epoch ?? '', epoch, seq);
    if (begun === 1 && others.length > 0)
      await Promise.all(keys.map((other) => redis.kapokBegin(other, '*', epoch, seq)));
    return this.#readStates();
  }

  #join(states: readonly State[]): number {
    if (!agree(states)) throw new Error('Another process is starting a new epoch');
    this.#epoch = states[0]?.epoch ?? null;
    return Math.min(...states.map(({ seq }) => seq));
  }

  async #readStates(): Promise<readonly State[]> {
    const states = this.#states.map(async (key) => {
      const [epoch, seq] = await ready(this.#redis).hmget(key, 'epoch', 'seq');
      return { epoch: epoch ?? '', seq: Number(seq ?? 0) };
    });
    return Promise.all(states);
  }

  /** Rejects, whatever fails: a client may throw at once. */
  async #put(name: RedisName, { version, value, px, kind }: Put): Promise<void> {
    await ready(this.#redis).kapokPut(this.#key(name), version, value, px, kind);
  }

  #key({ prefix, rest }: RedisName): string {
    return `${this.#root}:${this.#epoch}:{${prefix}}:${rest}`;
  }

  #rest(): void {
    this.#restUntil = this.#now() + REST;
  }
}

/** Whether all shards are of one epoch. */
function agree(states: readonly State[]): boolean {
  const epochs = new Set(states.map(({ epoch }) => epoch));
  return epochs.size === 1 && !epochs.has('');
}
