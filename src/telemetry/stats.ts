/** What resolution counts: plain numbers, because the hot path adds to them; Prometheus reads them when it asks. */
export interface ResolutionStats {
  hit: number;
  miss: number;
  coalesced: number;
  stale: number;
  refreshed: number;
  shed: number;
  'redis-hit': number;
  'redis-miss': number;
  'redis-coalesced': number;
  limited: number;
  readonly answers: AnswerCounts;
}

/** Where an answer came from, or where it was looked for in vain. */
export const LAYERS = ['memory', 'filter', 'redis', 'store', 'computed', 'prefixes', 'remote'] as const;
export type Layer = (typeof LAYERS)[number];

/** How resolutions ended, by layer. */
export type AnswerCounts = Readonly<Record<Layer, Ends>>;

interface Ends {
  found: number;
  referral: number;
  absent: number;
  withdrawn: number;
  failed: number;
}

export function createStats(): ResolutionStats {
  const events = {
    hit: 0,
    miss: 0,
    coalesced: 0,
    stale: 0,
    refreshed: 0,
    shed: 0,
    'redis-hit': 0,
    'redis-miss': 0,
    'redis-coalesced': 0,
    limited: 0,
  };
  return { ...events, answers: createAnswerCounts() };
}

function createAnswerCounts(): AnswerCounts {
  const none = () => ({ found: 0, referral: 0, absent: 0, withdrawn: 0, failed: 0 });
  return {
    memory: none(),
    filter: none(),
    redis: none(),
    store: none(),
    computed: none(),
    prefixes: none(),
    remote: none(),
  };
}
