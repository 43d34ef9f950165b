import { demoUdi, udiIdentifier } from '../industries/biopharma.ts';
import { substanceIdentifier } from '../industries/new-materials.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';

const ITEMS = 16;

/** The quality record of each device that the industry node lists by its UDI. */
export function medicalPlant(prefix: string): NodeContent {
  const qualityRow = (at: number) => {
    const { lot, serial } = demoUdi(at);
    const suffix = `质检/${lot}/${serial}`;
    return demoRow({
      identifier: `${prefix}/${suffix}`,
      name: demoName('质检记录', 'quality record', at),
      codeSystem: '企业内部检验号 / inspection number of the enterprise',
      code: ['INSPECTION_NUMBER', suffix],
      fields: [
        ['INSPECTION_DATE', dayOf(2026, at)],
        ['RESULT', '合格 / passed'],
        ['STERILISATION', cycle(['环氧乙烷 / ethylene oxide', '辐照 / irradiation'], at)],
        ['REF', udiIdentifier(at)],
        ['REF', substanceIdentifier('9002-84-0')],
      ],
    });
  };
  return { hostedPrefixes: () => [], rows: () => upTo(ITEMS).map(qualityRow) };
}
