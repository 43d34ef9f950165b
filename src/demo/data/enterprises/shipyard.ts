import { demoImo, engineIdentifier, shipIdentifier } from '../industries/shipbuilding.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';

const BLOCKS = 14;

/** Hull blocks: named by ship and place, as a yard does, with spaces and slashes. */
export function shipyard(prefix: string): NodeContent {
  const blockRow = (at: number) => {
    const suffix = `分段 ${demoImo(at)}/${cycle(['P', 'S'], at)}${String(at + 1).padStart(2, '0')}`;
    return demoRow({
      identifier: `${prefix}/${suffix}`,
      name: demoName('船体分段', 'hull block', at),
      codeSystem: '企业内部分段号 / block number of the enterprise',
      code: ['BLOCK_NUMBER', suffix],
      fields: [
        ['ERECTION_DATE', dayOf(2026, at)],
        ['WEIGHT', `${120 + at * 5} t`],
        ['REF', shipIdentifier(at)],
        ['REF', engineIdentifier(at)],
      ],
    });
  };
  return { hostedPrefixes: () => [], rows: () => upTo(BLOCKS).map(blockRow) };
}
