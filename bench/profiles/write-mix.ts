import { prepareBeside } from '../beside.ts';
import { importRecords, resolveAll } from '../fill.ts';
import { callHttp, headerOf } from '../http.ts';
import type { GroupResult } from '../load.ts';
import type { LoadProfile } from '../load-profile.ts';
import type { Profile } from '../profile.ts';
import { HOT_RECORDS, identifierOf, importLines } from '../records.ts';
import { getRequests, listOf, sampleOf } from '../requests.ts';
import { settle } from '../settle.ts';
import { milliseconds } from '../table.ts';

const PREFIX = '88.103';
const SHARE = 0.01;
const WORKERS = 2;
/** Writes have limits of their own, of some hundred a second. */
const LIMIT = '10000000';

/**
 * A node of two processes: one request in a hundred writes one of the records that all others read. A read that began a second
 * after a write was acknowledged, and shows an older version, is wrong; so is one whose values are not those of its version.
 */
export const writeMix: Profile = {
  name: 'write-mix',
  about:
    'GET of 1,000 identifiers in memory and 1 % PUT of the same, by 2 workers (--workers); no read older than a write',
  prepare: async (bench) => {
    const databaseUrl = await bench.postgres.createDatabase('write_mix');
    const node = await bench.startNode('write-mix', {
      KAPOK_ROLE: 'industry',
      KAPOK_PREFIX: PREFIX,
      DATABASE_URL: databaseUrl,
      KAPOK_WORKERS: String(bench.options.workers ?? WORKERS),
      ...{ KAPOK_RATE_LIMIT: LIMIT, KAPOK_NETWORK_LIMIT: LIMIT, KAPOK_CALLER_LIMIT: LIMIT, KAPOK_PREFIX_LIMIT: LIMIT },
    });
    await importRecords(node, importLines(PREFIX, { count: HOT_RECORDS }));
    await settle(node.url, databaseUrl);
    const identifiers = Array.from({ length: HOT_RECORDS }, (_, n) => identifierOf(PREFIX, n));
    await resolveAll(node, identifiers);
    const base = {
      url: node.url,
      status: 200,
      // Written records have a value in place of three.
      evenLength: false,
      served: [node.served, ...node.workers(), await bench.postgres.served()],
      check: async () => {
        for (const identifier of sampleOf(identifiers)) {
          const answer = await callHttp(`${node.url}/api/handles/${identifier}`);
          if (answer.status !== 200 || headerOf(answer, 'etag') === null)
            throw new Error(`${identifier}: ${answer.status} without a version`);
        }
      },
    };
    const load: LoadProfile = {
      ...base,
      source: { kind: 'write-mix', identifiers, share: SHARE, token: node.operatorToken },
    };
    const reads: LoadProfile = { ...base, source: listOf(getRequests(identifiers)) };
    return prepareBeside(bench, load, {
      profile: reads,
      name: 'requests/s to reads alone of the same node',
      more: ({ result }) => [
        { name: 'reads older than a write acknowledged a second before', value: result.wrong, most: 0 },
      ],
      notesOf: ({ result: { groups, behind } }) => [
        ...Object.entries(groups).map(([name, group]) => told(name, group)),
        `${behind} reads did not show a write acknowledged less than a second before`,
      ],
    });
  },
};

function told(name: string, { rate, latency }: GroupResult): string {
  const [p50, p99] = [latency?.p50 ?? null, latency?.p99 ?? null].map(milliseconds);
  return `${name}: ${Math.round(rate).toLocaleString('en-US')} a second, p50 ${p50} ms, p99 ${p99} ms`;
}
