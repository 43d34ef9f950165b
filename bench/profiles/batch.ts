import { assertSame, assertStatus, assertValues } from '../checks.ts';
import { callHttp } from '../http.ts';
import { prepareLoad } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { shuffled } from '../requests.ts';

/** Identifiers a call: what a reader of labels sends when it clears its queue. */
const BATCH = 100;
const JSON_TYPE = { 'content-type': 'application/json' };

/** `POST /api/resolve`; its rate is counted in identifiers, and so is its ratio. */
export const batch: Profile = {
  name: 'batch',
  about: `POST /api/resolve of ${BATCH} identifiers that lie in the memory cache; counted in identifiers`,
  prepare: async (bench) => {
    const { node, hot } = await bench.industry();
    const mixed = shuffled(hot);
    const calls = Array.from({ length: mixed.length / BATCH }, (_, i) => mixed.slice(i * BATCH, (i + 1) * BATCH));
    const bodies = calls.map((identifiers) => JSON.stringify({ identifiers }));
    return prepareLoad(bench, {
      url: node.url,
      requests: bodies.map((body) => ({ method: 'POST', path: '/api/resolve', body })),
      status: 200,
      // Each answer names the seconds that it may still be kept: their digits may change.
      evenLength: false,
      each: { unit: 'identifiers', count: BATCH },
      served: [node.served],
      proof: [{ node, event: 'hit', least: 0.95 }],
      check: async () => {
        for (const [i, body] of bodies.entries()) await checkBatch(node.url, calls[i] as string[], body);
      },
    });
  },
};

async function checkBatch(url: string, identifiers: readonly string[], body: string): Promise<void> {
  const answer = await callHttp(`${url}/api/resolve`, { method: 'POST', body, headers: JSON_TYPE });
  assertStatus(answer, 200, 'batch');
  const { answers } = JSON.parse(answer.body.toString()) as { answers: Record<string, unknown>[] };
  const names = answers.map(({ handle }) => handle);
  assertSame(names, identifiers, 'the order of a batch');
  for (const { responseCode, handle, values } of answers) {
    assertSame(responseCode, 1, String(handle));
    assertValues(values, String(handle));
  }
}
