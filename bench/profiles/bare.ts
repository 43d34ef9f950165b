import type { Bench } from '../bench.ts';
import type { HttpAnswer } from '../http.ts';
import { prepareLoad } from '../load-profile.ts';
import type { Prepared } from '../profile.ts';
import { listOf } from '../requests.ts';

/** The yardstick: a `node:http` server that gives one answer, the same bytes and headers that the node gives. */
export function prepareBare(bench: Bench, answer: HttpAnswer): Prepared {
  const { bare } = bench;
  return prepareLoad(bench, {
    url: bare.url,
    source: listOf([{ path: '/api/handles/88.101/BRG-0000000' }]),
    status: 200,
    evenLength: true,
    served: bare.served,
    check: () => bare.imitate(answer),
  });
}
