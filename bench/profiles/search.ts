import { brandEn } from '../catalogue-records.ts';
import type { Profile } from '../profile.ts';
import { randomFrom } from '../random.ts';
import { timeCalls } from '../time-calls.ts';
import { startCatalogue } from '../worlds/catalogue.ts';

/** What somebody types, by kind; the records are those of `catalogue-records.ts`. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  'a common Chinese word': ['螺栓', '轴承', '不锈钢', '电机', '红色', '自动化'],
  'a common English word': ['bolt', 'bearing', 'steel', 'pump', 'Demo', 'tested'],
  'common words together': [
    '不锈钢螺栓',
    '精密轴承',
    'stainless bolt',
    'high-speed motor',
    '黑色 螺栓',
    '耐腐蚀离心泵 蓝色',
  ],
  'Chinese and English': ['轴承 bearing', 'marine 离心泵', '陶瓷 bolt', '医用 syringe silver'],
  'a rare word': [brandEn(123), brandEn(3_777), `${brandEn(40)} bolt`, '示波器', '陀螺仪', 'gyroscope'],
  'a code': ['SN-00000042', 'SN-00000777', '00000321', 'KAR-1234/A', 'M8x20', '88.103.1005'],
  'a beginning': ['osc', 'prop', brandEn(2_000).slice(0, 5), 'be', 'SN-0000', 'stainless st'],
  'a phrase': ['"不锈钢螺栓"', '"centrifugal pump"', '"low-noise compressor"', '"Demo Works"'],
  'an exclusion': ['螺栓 -不锈钢', 'bearing -ceramic', '泵 -离心'],
  'one character': ['泵', '阀', '缸'],
  'a slip': ['bearng', 'compresor', 'gyroscpe', '螺丝旋桨', '传感气', 'centrifugel pump'],
  'nothing to find': ['unobtainium', '完全没有', 'bolt unobtainium', '轴承 完全没有'],
};
const NARROWED = ['', '', '', '&prefix=88.103', '&organisation=88.104.1007', '&facets'];

/** `GET /api/v1/search`, one caller after another: what one person waits. */
export const search: Profile = {
  name: 'search',
  about: 'GET /api/v1/search over 1,000,000 mixed records (--records), queries of twelve kinds one after another',
  prepare: async (bench) => {
    const { node, count } = await startCatalogue(bench, { name: 'search', count: bench.options.records ?? 1_000_000 });
    const random = randomFrom(7);
    const calls = Object.entries(QUERIES).flatMap(([kind, queries]) =>
      queries.flatMap((query) =>
        NARROWED.map((more) => ({ kind, path: `/api/v1/search?q=${encodeURIComponent(query)}${more}` })),
      ),
    );
    const shuffled = calls
      .map((call) => ({ call, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ call }) => call);
    const check = async () => {
      const answer = await fetch(`${node.url}/api/v1/search?q=${encodeURIComponent('"SN-00000042"')}`);
      const { hits } = (await answer.json()) as { hits: { identifier: string }[] };
      if (!hits[0]?.identifier.endsWith('/SN-00000042')) throw new Error(`search finds ${JSON.stringify(hits)}`);
    };
    return {
      unit: 'requests',
      check,
      measure: (seconds) => timeCalls({ node, calls: shuffled, seconds, records: count, limit: 50 }),
    };
  },
};
