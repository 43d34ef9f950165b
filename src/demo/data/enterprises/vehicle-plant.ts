import { demoVin, partIdentifier, vehicleIdentifier } from '../industries/automotive.ts';
import { substanceIdentifier } from '../industries/new-materials.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';

const CHASSIS = 18;

/** Assembled chassis, each of one vehicle, with the parts and the material that went into it. */
export function vehiclePlant(prefix: string): NodeContent {
  const chassisRow = (at: number) => {
    const suffix = cycle([`CHASSIS-${demoVin(at)}`, `底盘/${demoVin(at)}`, `底盘 ${demoVin(at)}`], at);
    return demoRow({
      identifier: `${prefix}/${suffix}`,
      name: demoName('底盘', 'chassis', at),
      codeSystem: '企业内部序列号 / serial number of the enterprise',
      code: ['SERIAL_NUMBER', suffix],
      fields: [
        ['ASSEMBLY_DATE', dayOf(2026, at)],
        ['LINE', cycle(['总装一线 / line 1', '总装二线 / line 2'], at)],
        ['REF', vehicleIdentifier(at)],
        ['REF', partIdentifier(at)],
        ['REF', substanceIdentifier('1344-28-1')],
      ],
    });
  };
  return { hostedPrefixes: () => [], rows: () => upTo(CHASSIS).map(chassisRow) };
}
