/** What resolution counts: plain numbers, because the hot path adds to them; Prometheus reads them when it asks. */
export interface ResolutionStats {
  hit: number;
  miss: number;
  coalesced: number;
  stale: number;
  'redis-hit': number;
  'redis-miss': number;
  limited: number;
}

export function createStats(): ResolutionStats {
  return { hit: 0, miss: 0, coalesced: 0, stale: 0, 'redis-hit': 0, 'redis-miss': 0, limited: 0 };
}
