import type { Bench } from '../bench.ts';
import { assertSame, assertStatus } from '../checks.ts';
import { assertRoom } from '../disk.ts';
import { delegatedPrefix, fillDelegations } from '../fill-delegations.ts';
import { callHttp } from '../http.ts';
import type { LoadProfile } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { spread } from '../records.ts';
import { getRequests, listOf } from '../requests.ts';
import { residentBytes } from '../resident.ts';
import { prepareScale } from '../small-beside-large.ts';

const OWN = '88.104';
const SMALL = 1_000;
const LARGE = 1_000_000;
/** Prefixes that are asked for, spread over all. */
const ASKED = 50_000;
const TARGET = 1.2;
/** On the disk for one delegation, and for the write-ahead log; rounded up. */
const BYTES_A_DELEGATION = 900;
const BYTES = 2 ** 30;

/**
 * Referrals: the longest delegated prefix of an identifier two labels below it. The node has delegations and not the capability
 * `delegates`, with which it would call each of the nodes that it delegates to, for its catalogue and to see whether they are well.
 */
export const scaleDelegations: Profile = {
  name: 'scale-delegations',
  about: 'GET of identifiers below 1,000,000 delegated prefixes (--delegations) beside 1,000: referrals to other nodes',
  prepare: async (bench) => {
    const most = bench.options.delegations ?? LARGE;
    const small = await referralLoad(bench, Math.min(SMALL, most));
    const large = await referralLoad(bench, most);
    const told = (count: number) => count.toLocaleString('en');
    const name = 'p99 of referrals, many delegations to few';
    const notes = [
      `${told(most)} delegations beside ${told(Math.min(SMALL, most))}`,
      `the node with many was ready after ${large.seconds.toFixed(1)} s and had ${told(large.mebibytes)} MiB`,
    ];
    return prepareScale(bench, { small: small.load, large: large.load, name, most: TARGET, notes });
  },
};

async function referralLoad(bench: Bench, count: number) {
  if (!bench.postgres.isElsewhere)
    await assertRoom(bench.folder, { bytes: BYTES + BYTES_A_DELEGATION * count, what: `${count} delegations` });
  const databaseUrl = await bench.postgres.findDatabase(`delegated_${count}`);
  bench.progress(`filling a database with ${count.toLocaleString('en')} delegations`);
  await fillDelegations(databaseUrl, { own: OWN, count });
  const begun = performance.now();
  const node = await bench.startNode(`delegated-${count}`, {
    KAPOK_CAPABILITIES: 'hosts',
    KAPOK_PREFIX: OWN,
    DATABASE_URL: databaseUrl,
  });
  const seconds = (performance.now() - begun) / 1000;
  const names = spread(Math.min(ASKED, count), count).map((n) => `${delegatedPrefix(OWN, n)}.5.7/SN-0000001`);
  const load: LoadProfile = {
    url: node.url,
    source: listOf(getRequests(names, (handle) => ({ kind: 'named', responseCode: 303, handle }))),
    status: 300,
    evenLength: true,
    served: [node.served],
    check: async () => {
      for (const n of spread(20, count)) await checkReferral(node.url, delegatedPrefix(OWN, n));
    },
  };
  return { load, seconds, mebibytes: Math.round((residentBytes([node.served]) ?? 0) / 2 ** 20) };
}

/** It leads on, and its trace names the prefix that matched. */
async function checkReferral(url: string, prefix: string): Promise<void> {
  const identifier = `${prefix}.5.7/SN-0000001`;
  const answer = await callHttp(`${url}/api/handles/${identifier}?explain=true`);
  assertStatus(answer, 300, identifier);
  const { responseCode, trace } = JSON.parse(answer.body.toString()) as { responseCode: number; trace: unknown[] };
  const [hop] = trace as { outcome: string; prefix: string }[];
  assertSame([responseCode, trace.length, hop?.outcome, hop?.prefix], [303, 1, 'referral', prefix], identifier);
}
