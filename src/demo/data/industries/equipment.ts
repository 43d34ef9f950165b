import { GS1_DEMO_PREFIX } from '../codes/gs1.ts';
import { ssccCheckDigit } from '../codes/sscc.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';

const PREFIX = '88.104';
const MACHINES = 14;
const CRATES = 8;
const COMPANY = `${GS1_DEMO_PREFIX}1234`;
const KINDS: [[code: string, zh: string, en: string], ...[code: string, zh: string, en: string][]] = [
  ['ROBOT', '工业机器人', 'industrial robot'],
  ['CNC', '数控机床', 'machining centre'],
  ['LASER', '激光切割机', 'laser cutter'],
];

export function demoGiai(at: number): string {
  // A slash is in GS1's character set 82: only the first slash of an identifier splits.
  return `${COMPANY}${cycle(KINDS, at)[0]}/${String(at + 1).padStart(4, '0')}`;
}

export function machineIdentifier(at: number): string {
  return `${PREFIX}/${demoGiai(at)}`;
}

export function demoSscc(at: number): string {
  const body = `3${COMPANY}${String(at + 1).padStart(9, '0')}`;
  return body + ssccCheckDigit(body);
}

function machineRow(at: number) {
  const [, zh, en] = cycle(KINDS, at);
  return demoRow({
    identifier: machineIdentifier(at),
    name: demoName(zh, en, at),
    codeSystem: 'GIAI (GS1 AI 8004)',
    code: ['GIAI', demoGiai(at)],
    fields: [
      ['MANUFACTURE_DATE', dayOf(2025, at)],
      ['RATED_POWER', `${5 + at} kW`],
      ['CALIBRATION_DUE', dayOf(2027, at)],
    ],
  });
}

function crateRow(at: number) {
  return demoRow({
    identifier: `${PREFIX}/${demoSscc(at)}`,
    name: demoName('运输箱', 'shipping crate', at),
    codeSystem: 'SSCC (GS1 AI 00)',
    code: ['SSCC', demoSscc(at)],
    fields: [
      ['GROSS_WEIGHT', `${800 + at * 25} kg`],
      ['DISPATCH_DATE', dayOf(2026, at)],
      ['REF', machineIdentifier(at)],
    ],
  });
}

export const equipment: NodeContent = {
  hostedPrefixes: () => [],
  rows: () => [...upTo(MACHINES).map(machineRow), ...upTo(CRATES).map(crateRow)],
};
