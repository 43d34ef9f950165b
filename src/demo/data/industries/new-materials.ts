import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';
import { SUBSTANCES, type Substance } from './substances.ts';

const PREFIX = '88.107';
const LOT_PREFIX = `${PREFIX}.2001`;
const LOTS = 8;
const CAS_SYSTEM = 'CAS Registry Number';

export function substanceIdentifier(cas: string): string {
  return `${PREFIX}/${cas}`;
}

function substanceRow({ cas, zh, en, formula }: Substance) {
  return demoRow({
    identifier: substanceIdentifier(cas),
    name: demoName(`材料：${zh}`, `material: ${en}`),
    codeSystem: CAS_SYSTEM,
    code: ['CAS', cas],
    fields: [['FORMULA', formula]],
  });
}

/** A lot of a substance: its suffix continues the code with a slash. */
function lotRow(at: number) {
  const substance = SUBSTANCES[at * 2 + 2];
  const cas = substance?.cas ?? '';
  return demoRow({
    identifier: `${LOT_PREFIX}/${cas}/批号 ${String(at + 1).padStart(3, '0')}`,
    name: demoName(`批次：${substance?.zh}`, `lot: ${substance?.en}`),
    codeSystem: CAS_SYSTEM,
    code: ['CAS', cas],
    fields: [
      ['PURITY', cycle(['99.9 %', '99.99 %', '99.999 %'], at)],
      ['MANUFACTURE_DATE', dayOf(2026, at)],
      ['NET_WEIGHT', `${25 * (at + 1)} kg`],
      ['REF', substanceIdentifier(cas)],
    ],
  });
}

export const newMaterials: NodeContent = {
  hostedPrefixes: () => [{ prefix: LOT_PREFIX, label: demoName('材料主体', 'materials organisation', 0) }],
  rows: () => [...SUBSTANCES.map(substanceRow), ...upTo(LOTS).map(lotRow)],
};
