import { prepareDrawn } from '../drawn.ts';
import type { Profile } from '../profile.ts';

/** Each name as often as every other one: memory, which has room for a tenth of them, helps little. */
export const uniform: Profile = {
  name: 'uniform',
  about: 'GET of 10,000,000 identifiers (--records) drawn alike, memory for 10 % of them, the rest from PostgreSQL',
  prepare: (bench) => prepareDrawn(bench, { name: 'uniform', count: 10_000_000, skew: 0, least: 0 }),
};
