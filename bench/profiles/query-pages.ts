import { request } from 'undici';
import { parsePrefix } from '../../src/identifier/prefix.ts';
import { catalogueEntryAt, serialAt } from '../catalogue-records.ts';
import { fillCatalogue } from '../fill-catalogue.ts';
import type { NodeServer } from '../node-server.ts';
import type { Profile } from '../profile.ts';
import { median, ratio } from '../statistics.ts';

const PREFIX = parsePrefix('88.107');
const RECORDS = 250_000;
const LIMIT = 100;
/** A deep page may cost this much of the first. */
const TARGET = 1.5;

/** What narrows the list: nothing, what every record says, what many or few say. */
const QUERIES: Readonly<Record<string, string>> = {
  'all identifiers': '',
  'with values': '&values',
  'a type that all have': '&type=NAME',
  'a value that many have': `&value=${encodeURIComponent('红色')}`,
  'a value that one in sixty have': `&value=${encodeURIComponent('海海海示例厂 / Kakakaka Demo Works')}`,
  'all below a prefix': '&subtree=true',
  'a value that many below a prefix have': `&subtree=true&value=${encodeURIComponent('红色')}`,
};

/** `GET /api/v1/identifiers`: the first page and one at nine tenths of the list, in turn. */
export const queryPages: Profile = {
  name: 'query-pages',
  about: `GET /api/v1/identifiers of a prefix with 250,000 records (--records): a deep page beside the first`,
  prepare: async (bench) => {
    const count = bench.options.records ?? RECORDS;
    const databaseUrl = await bench.postgres.findDatabase('query_pages');
    const settings = { KAPOK_ROLE: 'industry', KAPOK_PREFIX: PREFIX, DATABASE_URL: databaseUrl };
    const node = await bench.startNode('query-pages', settings);
    const entryAt = (n: number) => ({ ...catalogueEntryAt(n, () => PREFIX), source: '' as const });
    await fillCatalogue({ databaseUrl, count, entryAt, own: true });
    const deep = `&after=${PREFIX}/${serialAt(Math.floor(count * 0.9))}`;
    const check = async () => {
      const { next } = JSON.parse(await callPage(node, deep)) as { next?: string };
      if (next !== `${PREFIX}/${serialAt(Math.floor(count * 0.9) + LIMIT)}`)
        throw new Error(`the deep page ends at ${next}`);
    };
    const measure = async (seconds: number) => {
      const times = new Map(
        Object.keys(QUERIES).map((kind) => [kind, { first: [] as number[], deep: [] as number[] }]),
      );
      const begun = performance.now();
      let calls = 0;
      while (performance.now() - begun < 1000 * seconds) {
        for (const [kind, more] of Object.entries(QUERIES)) {
          times.get(kind)?.first.push(await timeOf(node, more));
          times.get(kind)?.deep.push(await timeOf(node, more + deep));
          calls += 2;
        }
      }
      const elapsed = (performance.now() - begun) / 1000;
      const unknown = { latency: null, perCpuSecond: null, serverCpu: null, generatorCpu: null, othersCpu: null };
      return {
        rate: calls / elapsed,
        chosenRate: true,
        ...unknown,
        failures: [],
        comparisons: [...times].map(([kind, { first, deep }]) => ({
          name: `a deep page to the first, ${kind}`,
          value: ratio(median(deep), median(first)),
          most: TARGET,
        })),
        notes: [`${count.toLocaleString('en-US')} records`, ...[...times].map(([kind, pages]) => noteOf(kind, pages))],
      };
    };
    return { unit: 'requests', check, measure };
  },
};

function noteOf(kind: string, { first, deep }: { first: number[]; deep: number[] }): string {
  return `${kind}: first page ${median(first).toFixed(1)} ms, at nine tenths ${median(deep).toFixed(1)} ms`;
}

async function timeOf(node: NodeServer, more: string): Promise<number> {
  const begun = performance.now();
  await callPage(node, more);
  return performance.now() - begun;
}

async function callPage({ url, operatorToken }: NodeServer, more: string): Promise<string> {
  const path = `${url}/api/v1/identifiers?prefix=${PREFIX}&limit=${LIMIT}${more}`;
  const { statusCode, body } = await request(path, { headers: { authorization: `Bearer ${operatorToken}` } });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${text.slice(0, 200)}`);
  return text;
}
