import { prepareDrawn } from '../drawn.ts';
import type { Profile } from '../profile.ts';

/** Names drawn by Zipf's law (exponent 1); memory has room for a tenth of them, PostgreSQL has the rest. */
export const zipf: Profile = {
  name: 'zipf',
  about: 'GET of 1,000,000 identifiers (--records) drawn by Zipf, memory for 10 % of them, the rest from PostgreSQL',
  ofBare: { rate: 0.75 },
  prepare: (bench) => prepareDrawn(bench, { name: 'zipf', count: 1_000_000, skew: 1, least: 0.6 }),
};
