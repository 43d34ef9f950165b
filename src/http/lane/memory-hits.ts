import type { CachedOutcome } from '../../resolve/cached-outcome.ts';
import type { Found } from '../../resolve/outcome.ts';
import type { Peer } from '../peer.ts';
import type { Services } from '../services.ts';
import type { PlainAnswer } from './plain-answer.ts';
import { ROUTE } from './plain-target.ts';

/** One in so many hits is timed: that costs more than the answer. */
const SAMPLE = 1024;

const MEMORY_HIT = { outcome: 'found', layer: 'memory' } as const;

/** A record that lies in memory and may be given. */
export type Hit = CachedOutcome & { readonly answer: Found };

/** Answers targets whose record lies in memory. */
export class MemoryHits {
  readonly #services: Services;
  #served = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  find(target: string): Hit | null {
    const { memory, resolver, now } = this.#services;
    const entry = memory.getSpelled(target);
    if (entry === undefined || !resolver.serves(entry, now())) return null;
    return isHit(entry.value) ? entry.value : null;
  }

  answer({ prefix, answer: { record } }: Hit, { target, peer }: { target: string; peer: Peer }): PlainAnswer {
    const { stats, counts, onlookers, metrics, config, log, now } = this.#services;
    const moment = now();
    const served = ++this.#served;
    const sampled = served % SAMPLE === 0;
    const begun = sampled || onlookers.tell !== null ? performance.now() : 0;
    stats.hit++;
    stats.answers.memory.found++;
    const tally = counts.found(prefix, moment, peer.source);
    const answer = { status: 200, headers: record.headers, body: record.wire };
    if (begun !== 0) {
      const milliseconds = performance.now() - begun;
      onlookers.tell?.({ ...{ at: moment, identifier: record.handle, prefix }, ...MEMORY_HIT, milliseconds });
      if (sampled) {
        metrics.observe(ROUTE, 200, milliseconds / 1000);
        tally.resolving.add(milliseconds * 1000, moment, SAMPLE);
      }
    }
    const { logSample } = config;
    if (served % logSample === 0) log.info({ url: target, status: 200, sample: logSample }, 'request');
    return answer;
  }
}

function isHit(outcome: CachedOutcome): outcome is Hit {
  return outcome.answer.kind === 'found';
}
