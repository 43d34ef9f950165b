import { randomUUID } from 'node:crypto';
import type { Redis } from './redis.ts';

/**
 * The second cache layer, shared by the processes of one node.
 *
 * Each key holds `version:payload`. A floor, `version:` without payload, is left by a change of the record; the script
 * refuses whatever is older, so a slow read in any process cannot bring back what a write has replaced.
 * All keys carry the epoch, a random word kept beside the number of the last change that was applied here
 * (`seq`). When too much was missed to be applied one by one, a new epoch forgets everything at once.
 */
const PUT = `
local present = redis.call('GETRANGE', KEYS[1], 0, 20)
local version = tonumber(string.match(present, '^(%d+):'))
if version and (version > tonumber(ARGV[1]) or (version == tonumber(ARGV[1]) and ARGV[4] == 'floor')) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

const ATTACH = `
local state = redis.call('HMGET', KEYS[1], 'epoch', 'seq')
if state[1] and state[2] then return state end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'seq', ARGV[2])
return {ARGV[1], ARGV[2]}`;

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
  readonly redis: Redis;
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
  readonly epoch: string | null;
  readonly at: number;
}

export interface Payload {
  readonly version: number;
  readonly text: string;
}

type Scripted = Redis & {
  kapokPut(key: string, version: number, value: string, px: number, kind: 'put' | 'floor'): Promise<number>;
  kapokAttach(key: string, epoch: string, seq: number): Promise<[string, string]>;
  kapokAdvance(key: string, epoch: string, seq: number): Promise<number>;
};

export class RedisCache {
  readonly #redis: Scripted;
  readonly #root: string;
  readonly #now: () => number;
  #epoch: string | null = null;
  #trusted = false;
  #restUntil = 0;

  constructor({ redis, nodeId, now = Date.now }: RedisCacheOptions) {
    redis.defineCommand('kapokPut', { numberOfKeys: 1, lua: PUT });
    redis.defineCommand('kapokAttach', { numberOfKeys: 1, lua: ATTACH });
    redis.defineCommand('kapokAdvance', { numberOfKeys: 1, lua: ADVANCE });
    this.#redis = redis as Scripted;
    this.#root = `kapok:${nodeId}`;
    this.#now = now;
    // What answers after this may be another server, an empty one, or one with the state of an hour ago.
    redis.on('close', () => this.distrust());
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
      const value = await this.#redis.get(this.#key(name));
      const colon = value?.indexOf(':') ?? -1;
      if (value === null || colon < 0 || colon === value.length - 1) return null;
      return { version: Number(value.slice(0, colon)), text: value.slice(colon + 1) };
    } catch {
      this.#rest();
      return null;
    }
  }

  /** To be handed to `put`: floors do not cross epochs, so a read that began in another one is never stored. */
  begin(): Reading {
    return { epoch: this.#epoch, at: this.#now() };
  }

  put(name: RedisName, payload: Payload, { lifetime, begun }: { lifetime: number; begun: Reading }): void {
    if (!this.usable || lifetime < 1 || begun.epoch !== this.#epoch || this.#now() - begun.at > LONGEST_READ) return;
    const value = `${payload.version}:${payload.text}`;
    this.#redis.kapokPut(this.#key(name), payload.version, value, Math.ceil(lifetime), 'put').catch(() => this.#rest());
  }

  /** Joins the epoch that the node's processes share, or starts one; answers the number of the last applied change. */
  async attach(seq: number): Promise<number> {
    const [epoch, applied] = await this.#redis.kapokAttach(`${this.#root}:feed`, randomUUID(), seq);
    this.#epoch = epoch;
    return Number(applied);
  }

  /** Not to be read or written until the missed changes are applied. */
  distrust(): void {
    this.#trusted = false;
  }

  trust(): void {
    this.#trusted = true;
  }

  /** Leaves floors for changed records, then notes the number of the last one. Throws when Redis fails. */
  async raise(changes: readonly { name: RedisName; version: number }[], seq: number): Promise<void> {
    const floors = changes.map(({ name, version }) =>
      this.#redis.kapokPut(this.#key(name), version, `${version}:`, FLOOR_LIFETIME, 'floor'),
    );
    await Promise.all(floors);
    const current = await this.#redis.kapokAdvance(`${this.#root}:feed`, this.#epoch ?? '', seq);
    if (current === 0) throw new Error('Another process has started a new epoch, without these floors');
  }

  /** Forgets everything at once: the changes up to `seq` are too many to apply one by one. */
  async startEpoch(seq: number): Promise<void> {
    await this.#redis.del(`${this.#root}:feed`);
    await this.attach(seq);
  }

  #key({ prefix, rest }: RedisName): string {
    return `${this.#root}:${this.#epoch}:{${prefix}}:${rest}`;
  }

  #rest(): void {
    this.#restUntil = this.#now() + REST;
  }
}
