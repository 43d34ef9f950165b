import { containerCheckDigit, containerRemainder } from '../codes/container.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';
import { substanceIdentifier } from './new-materials.ts';

const PREFIX = '88.108';
const CONTAINERS = 16;
const SITES = 4;
/** Of the owner codes that the register (BIC) gives to nobody: these containers are no one's. */
const DEMO_OWNER = 'ZZZU';
const SUBSTANCES: [string, ...string[]] = ['15365-14-7', '7782-42-5', '554-13-2'];

/** Serial numbers that leave 10 are passed over, as ISO 6346 advises. */
const NUMBERS: readonly string[] = upTo(CONTAINERS * 2)
  .map((at) => `${DEMO_OWNER}${String(100_001 + at)}`)
  .filter((body) => containerRemainder(body) !== 10)
  .slice(0, CONTAINERS)
  .map((body) => body + containerCheckDigit(body));

export function containerIdentifier(at: number): string {
  return `${PREFIX}/${NUMBERS[at % CONTAINERS]}`;
}

function containerRow(number: string, at: number) {
  return demoRow({
    identifier: `${PREFIX}/${number}`,
    name: demoName('储能集装箱', 'energy storage container', at),
    codeSystem: 'Container number (ISO 6346)',
    code: ['CONTAINER', number],
    fields: [
      ['SIZE_TYPE', '22G1'],
      ['RATED_ENERGY', `${3 + (at % 3)} MWh`],
      ['MANUFACTURE_DATE', dayOf(2026, at)],
      ['REF', substanceIdentifier(cycle(SUBSTANCES, at))],
    ],
  });
}

function siteRow(at: number) {
  const suffix = `储能电站 ${String(at + 1).padStart(2, '0')}/1号变压器`;
  return demoRow({
    identifier: `${PREFIX}/${suffix}`,
    name: demoName('储能电站', 'energy storage site', at),
    codeSystem: '场站内部编号 / number given by the site',
    code: ['SITE_NUMBER', suffix],
    fields: [
      ['GRID_VOLTAGE', cycle(['10 kV', '35 kV'], at)],
      ['REF', containerIdentifier(at)],
    ],
  });
}

export const newEnergy: NodeContent = {
  hostedPrefixes: () => [],
  rows: () => [...NUMBERS.map(containerRow), ...upTo(SITES).map(siteRow)],
};
