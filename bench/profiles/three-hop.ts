import { assertSame, assertStatus, checkRecord } from '../checks.ts';
import { callHttp } from '../http.ts';
import { prepareLoad } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { getRequests, listOf, sampleOf } from '../requests.ts';
import { ENTERPRISE, startTree, type Tree } from '../worlds/tree.ts';

/** The top node is asked; it asks the industry node, which refers it to the enterprise node, which reads its database. */
export const threeHop: Profile = {
  name: 'three-hop',
  about: 'GET at the top node of 50,000 identifiers of an enterprise node, nothing of it in any cache',
  prepare: async (bench) => {
    const tree = await startTree(bench);
    const { top, industry, enterprise, identifiers } = tree;
    const nodes = [top, industry, enterprise];
    return prepareLoad(bench, {
      url: top.url,
      source: listOf(getRequests(identifiers)),
      status: 200,
      evenLength: true,
      served: [...nodes.map(({ served }) => served), await bench.postgres.served()],
      proof: nodes.map((node) => ({ node, event: 'miss', least: 0.95 })),
      check: async () => {
        const sample = sampleOf(identifiers);
        for (const identifier of sample) await checkRecord(top.url, identifier);
        await checkWay(tree, identifiers[7] as string);
      },
    });
  },
};

/** The nodes say themselves which way they went. */
async function checkWay({ top }: Tree, identifier: string): Promise<void> {
  const answer = await callHttp(`${top.url}/api/handles/${identifier}?explain=true&auth=true`);
  assertStatus(answer, 200, identifier);
  const { trace } = JSON.parse(answer.body.toString()) as { trace: { node: string }[] };
  assertSame([...new Set(trace.map(({ node }) => node))], ['88', '88.101', ENTERPRISE], `the way of ${identifier}`);
}
