import type { Entry } from '../../cache/memory-cache.ts';
import type { CachedOutcome } from '../../resolve/cached-outcome.ts';
import type { Found } from '../../resolve/outcome.ts';
import type { Peer } from '../peer.ts';
import type { Services } from '../services.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { HANDLES, ROUTE } from './plain-target.ts';

/** One in so many hits is timed: that costs more than the answer. */
const SAMPLE = 1024;

const MEMORY_HIT = { outcome: 'found', layer: 'memory' } as const;

/** A record that lies in memory and may be given. */
export type Hit = Entry<CachedOutcome & { readonly answer: Found }>;

/** Finds records in memory by how they are asked for, without parsing, and counts what is given of them. */
export class MemoryHits {
  readonly #services: Services;
  readonly #recurses: boolean;
  #counted = 0;
  #answered = 0;
  /** When the look-up of what was found last began, if anybody wants to know; else 0. */
  #begun = 0;

  constructor(services: Services) {
    this.#services = services;
    this.#recurses = services.config.capabilities.has('recurses');
  }

  /** `path`: an identifier as it stands in a path (plain-target.ts). Who wants a referral gets no other node's answer. */
  find(path: string, recursive: boolean = this.#recurses): Hit | null {
    const { memory, resolver, onlookers, now } = this.#services;
    const entry = memory.getSpelled(path);
    if (entry === undefined || !isHit(entry) || !(recursive || entry.value.answer.own)) return null;
    if (!resolver.serves(entry, now())) return null;
    this.#begun = (this.#counted + 1) % SAMPLE === 0 || onlookers.tell !== null ? performance.now() : 0;
    return entry;
  }

  /** What was just found is given, and counts as any other resolution does. Answers the milliseconds that it took when it is one of the sample, else 0. */
  count({ value: { prefix, answer } }: Hit, { source }: Peer): number {
    const { stats, counts, onlookers, now } = this.#services;
    const moment = now();
    stats.hit++;
    stats.answers.memory.found++;
    const tally = counts.found(prefix, moment, source);
    const isSampled = ++this.#counted % SAMPLE === 0;
    if (this.#begun === 0) return 0;
    const milliseconds = performance.now() - this.#begun;
    const { handle: identifier } = answer.record;
    onlookers.tell?.({ ...{ at: moment, identifier, prefix }, ...MEMORY_HIT, milliseconds });
    if (!isSampled) return 0;
    tally.resolving.add(milliseconds * 1000, moment, SAMPLE);
    return milliseconds;
  }

  /** The answer of a request of its own. */
  answer(hit: Hit, peer: Peer): PlainAnswer {
    const { metrics, config, log } = this.#services;
    const { record } = hit.value.answer;
    const milliseconds = this.count(hit, peer);
    if (milliseconds > 0) metrics.observe(ROUTE, 200, milliseconds / 1000);
    const { logSample } = config;
    if (++this.#answered % logSample === 0) {
      log.info({ url: HANDLES + encodeURI(record.handle), status: 200, sample: logSample }, 'request');
    }
    return { status: 200, headers: record.headers, body: record.wire };
  }
}

function isHit(entry: Entry<CachedOutcome>): entry is Hit {
  return entry.value.answer.kind === 'found';
}
