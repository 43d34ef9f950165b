import { prepareBeside } from '../beside.ts';
import { assertSame, assertStatus, assertValues } from '../checks.ts';
import { resolveAll } from '../fill.ts';
import { callHttp, JSON_TYPE } from '../http.ts';
import type { Profile } from '../profile.ts';
import { listOf, shuffled } from '../requests.ts';
import { hotLoad } from './memory-hit.ts';

/** Identifiers a call: what a reader of labels sends when it clears its queue. */
const BATCH = 100;

/** Each identifier of a batch counts as one resolution: the default of 50,000 a second would be what is measured. */
const RATE_LIMIT = 10_000_000;

/** `POST /api/resolve`; its rate is counted in identifiers, and so are its ratios. */
export const batch: Profile = {
  name: 'batch',
  about: `POST /api/resolve of ${BATCH} identifiers that lie in the memory cache, beside one GET each; counted in identifiers`,
  prepare: async (bench) => {
    const { settings, hot } = await bench.industry();
    const node = await bench.startNode('batch', { ...settings, KAPOK_RATE_LIMIT: String(RATE_LIMIT) });
    await resolveAll(node, hot);
    const mixed = shuffled(hot);
    const calls = Array.from({ length: mixed.length / BATCH }, (_, i) => mixed.slice(i * BATCH, (i + 1) * BATCH));
    const bodies = calls.map((identifiers) => JSON.stringify({ identifiers }));
    const load = {
      url: node.url,
      source: listOf(
        bodies.map((body) => ({
          method: 'POST' as const,
          path: '/api/resolve',
          body,
          expects: { kind: 'batch' as const, count: BATCH },
        })),
      ),
      status: 200,
      // Each answer names the seconds that it may still be kept: their digits may change.
      evenLength: false,
      each: { unit: 'identifiers', count: BATCH },
      served: [node.served],
      proof: [{ node, event: 'hit' as const, least: 0.95 }],
      check: async () => {
        for (const [i, body] of bodies.entries()) await checkBatch(node.url, calls[i] as string[], body);
      },
    };
    return prepareBeside(bench, load, {
      profile: hotLoad(node, hot),
      name: 'identifiers/s to single requests of the same node',
      least: 8,
      notes: [`rate limit: on, raised to ${RATE_LIMIT.toLocaleString('en-US')} resolutions/s an address`],
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
