import { encodePath } from '../../src/identifier/percent-encoding.ts';
import { checkRedirect } from '../checks.ts';
import { prepareLoad } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { targetOf } from '../records.ts';
import { listOf, sampleOf, shuffled } from '../requests.ts';

/** `GET /{identifier}`: what a browser that has read a label asks for. */
export const redirect: Profile = {
  name: 'redirect',
  about: 'GET /{identifier} of 1,000 identifiers that lie in the memory cache: 302 to the URL of the record',
  prepare: async (bench) => {
    const { node, hot } = await bench.industry();
    return prepareLoad(bench, {
      url: node.url,
      source: listOf(
        shuffled(hot).map((identifier) => ({
          path: `/${encodePath(identifier)}`,
          expects: { kind: 'location', url: targetOf(identifier) },
        })),
      ),
      status: 302,
      evenLength: true,
      served: [node.served],
      proof: [{ node, event: 'hit', least: 0.95 }],
      check: async () => {
        for (const identifier of sampleOf(hot)) await checkRedirect(node.url, identifier, targetOf(identifier));
      },
    });
  },
};
