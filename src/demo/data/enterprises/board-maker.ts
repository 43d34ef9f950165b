import type { NodeContent } from '../model.ts';
import { dayOf, demoName, demoRow } from '../rows.ts';

/** Devices of the PCI registry, by identifier suffix below 88.106; each is in the file of 2018 and in later ones. */
const CHIPS: [device: string, zh: string, en: string][] = [
  ['32902/1533', '网卡', 'network card'],
  ['32902/1521', '四口网卡', 'four-port network card'],
  ['32902/10fb', '光纤网卡', 'fibre network card'],
  ['5348/165f', '双口网卡', 'two-port network card'],
  ['4332/8168', '千兆网卡', 'gigabit network card'],
  ['5555/1015', '数据中心网卡', 'data-centre network card'],
  ['4318/15f8', '加速卡', 'accelerator card'],
  ['4098/67df', '显示卡', 'graphics card'],
  ['5197/a804', '固态硬盘', 'solid-state drive'],
  ['6945/1042', 'USB 扩展卡', 'USB expansion card'],
  ['4277/8747', '交换背板', 'switch backplane'],
  ['4096/0072', '存储控制卡', 'storage controller card'],
];

/** Boards, each built around one public PCI device that it refers to. */
export function boardMaker(prefix: string, pciPrefix: string): NodeContent {
  const boardRow = ([device, zh, en]: [string, string, string], at: number) => {
    const suffix = `BOARD-${String(at + 1).padStart(4, '0')}`;
    return demoRow({
      identifier: `${prefix}/${suffix}`,
      name: demoName(zh, en, at),
      codeSystem: '企业内部序列号 / serial number of the enterprise',
      code: ['SERIAL_NUMBER', suffix],
      fields: [
        ['MANUFACTURE_DATE', dayOf(2026, at)],
        ['BATCH', `DEMO-PCB-${1 + (at % 3)}`],
        ['REF', `${pciPrefix}.${device}`],
      ],
    });
  };
  return { hostedPrefixes: () => [], rows: () => CHIPS.map(boardRow) };
}
