import { withVinCheckDigit } from '../codes/vin.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';

const PREFIX = '88.101';
const PARTS_PREFIX = `${PREFIX}.2001`;
const VEHICLES = 18;
/**
 * A world manufacturer identifier in a range (EL to E0) that the published tables of ISO 3780 show as unassigned:
 * no maker's vehicle bears these numbers.
 */
const DEMO_WMI = 'EZ0';
/** Position 10 of a VIN by model year (49 CFR 565.15(d)(1)). */
const MODEL_YEARS: [code: string, year: number][] = [
  ['R', 2024],
  ['S', 2025],
  ['T', 2026],
];

const PARTS: [suffix: string, zh: string, en: string][] = [
  ['前桥总成/0001', '前桥总成', 'front axle assembly'],
  ['轮毂 19in/0001', '轮毂', 'wheel rim'],
  ['BRAKE/前/左', '左前制动器', 'brake, front left'],
  ['BRAKE/前/右', '右前制动器', 'brake, front right'],
  ['座椅 A1', '座椅', 'seat'],
  ['ECU:0001', '电子控制单元', 'electronic control unit'],
];

export function demoVin(at: number): string {
  const [yearCode] = modelYear(at);
  return withVinCheckDigit(`${DEMO_WMI}DEM010${yearCode}G${String(at + 1).padStart(6, '0')}`);
}

export function vehicleIdentifier(at: number): string {
  return `${PREFIX}/${demoVin(at)}`;
}

export function partIdentifier(at: number): string {
  return `${PARTS_PREFIX}/${PARTS[at % PARTS.length]?.[0]}`;
}

function modelYear(at: number): [code: string, year: number] {
  return MODEL_YEARS[at % MODEL_YEARS.length] ?? ['T', 2026];
}

function vehicleRow(at: number) {
  const [, year] = modelYear(at);
  return demoRow({
    identifier: vehicleIdentifier(at),
    name: demoName('整车', 'vehicle', at),
    codeSystem: 'VIN (ISO 3779)',
    code: ['VIN', demoVin(at)],
    fields: [
      ['MODEL_YEAR', String(year)],
      ['MANUFACTURE_DATE', dayOf(year, at)],
      ['POWERTRAIN', cycle(['纯电动 / battery electric', '插电混动 / plug-in hybrid', '燃料电池 / fuel cell'], at)],
      ['REF', partIdentifier(at)],
    ],
  });
}

function partRow([suffix, zh, en]: [string, string, string], at: number) {
  return demoRow({
    identifier: `${PARTS_PREFIX}/${suffix}`,
    name: demoName(zh, en),
    codeSystem: '企业内部件号 / part number of the organisation',
    code: ['PART_NUMBER', suffix],
    fields: [
      ['MANUFACTURE_DATE', dayOf(2025, at)],
      ['BATCH', `DEMO-B${at + 1}`],
    ],
  });
}

export const automotive: NodeContent = {
  hostedPrefixes: () => [{ prefix: PARTS_PREFIX, label: demoName('零部件主体', 'parts organisation', 0) }],
  rows: () => [...upTo(VEHICLES).map(vehicleRow), ...PARTS.map(partRow)],
};
