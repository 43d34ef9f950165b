import { LRUCache } from 'lru-cache';
import type { NodeCaller } from '../../access/node-caller.ts';
import type { MemoryCache } from '../../cache/memory-cache.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { SiteServerUrl } from '../../record/site.ts';
import type { CachedOutcome } from '../cached-outcome.ts';
import type { Seen } from './hold.ts';
import type { ReferralCache } from './referral-cache.ts';
import type { RestingServers } from './resting-servers.ts';
import { type Position, Watch } from './watch.ts';

/** Nodes that are followed at once, those that were asked last. */
const MOST = 256;
/** A node that was not asked for this long is followed no more, in milliseconds: what is kept of it is asked anew, once. */
const IDLE = 600_000;

export interface WatchesOptions {
  readonly caller: NodeCaller;
  readonly memory: MemoryCache<CachedOutcome>;
  readonly referrals: ReferralCache;
  readonly resting: RestingServers;
  readonly now: () => number;
}

/** The nodes whose answers are kept here, each followed, so that a change there takes back what is kept here. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #watches: LRUCache<string, Watch>;
  #closed = false;

  constructor(options: WatchesOptions) {
    this.#options = options;
    this.#watches = new LRUCache({
      max: MOST,
      ttl: IDLE,
      updateAgeOnGet: true,
      ttlAutopurge: false,
      dispose: (watch) => void watch.close(),
    });
  }

  get counts(): { readonly current: number; readonly lost: number } {
    const all = [...this.#watches.values()];
    const current = all.filter((watch) => watch.current).length;
    return { current, lost: all.length - current };
  }

  /** What it takes to keep an answer of a server; null when the server does not say what its answers reflect. */
  see(server: SiteServerUrl, { place, position }: { place: Prefix | null; position: Position | null }): Seen | null {
    if (position === null || this.#closed) return null;
    const id = `${server.url} ${server.publicKey?.x}`;
    let watch = this.#watches.get(id);
    if (watch === undefined) {
      watch = this.#open(server);
      this.#watches.set(id, watch);
    }
    watch.meet(place);
    return { watch, epoch: watch.epoch, position };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#watches.values()];
    await Promise.all(all.map((watch) => watch.close()));
  }

  #open(server: SiteServerUrl): Watch {
    const { caller, memory, referrals, resting, now } = this.#options;
    const watch: Watch = new Watch({
      ...{ caller, server, now },
      onHeard: () => resting.heard(server.url),
      onRecords: (digests) => {
        for (const entry of digests.flatMap((digest) => memory.marked(digest)))
          if (entry.value.answer.hold?.dependsOn(watch) === true) memory.delete(entry.key);
      },
      onPrefixes: (prefixes) => {
        memory.invalidateSubtrees(prefixes);
        referrals.invalidateSubtrees(prefixes);
      },
    });
    return watch;
  }
}
