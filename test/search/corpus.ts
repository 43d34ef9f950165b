import type { CatalogueEntry } from '../../src/search/catalogue-entry.ts';
import { entryOf, type Field } from './entries.ts';

/** Records that the recall list speaks of, by their suffix below 88.101.1001 unless they say more. Invented, all of it. */
const TOLD: Readonly<Record<string, readonly Field[]>> = {
  B1: [
    ['NAME', '深沟球轴承 6204-2RS'],
    ['MANUFACTURER', '示例轴承厂'],
    ['MATERIAL', '轴承钢'],
  ],
  B2: [
    ['NAME', '圆锥滚子轴承 30205'],
    ['MANUFACTURER', '示例轴承厂'],
  ],
  B3: [
    ['NAME', 'Deep groove ball bearing 6205'],
    ['MANUFACTURER', 'Demo Bearings'],
    ['COLOUR', 'silver'],
  ],
  B4: [
    ['NAME', 'Tapered roller bearing / 圆锥滚子轴承'],
    ['MANUFACTURER', 'Demo Bearings'],
  ],
  B5: [
    ['NAME', 'Bearing puller'],
    ['NOTE', 'Takes ball bearings off a shaft'],
  ],
  S1: [
    ['NAME', '不锈钢螺栓 M8x20'],
    ['STANDARD', 'GB/T 5783-2016'],
  ],
  S2: [
    ['NAME', '碳钢螺栓 M10×40'],
    ['STANDARD', 'GB/T 5783-2016'],
  ],
  S3: [
    ['NAME', '螺栓，不锈钢，内六角'],
    ['STANDARD', 'GB/T 70.1-2008'],
  ],
  S4: [['NAME', 'Stainless steel bolt M8x20']],
  S5: [['NAME', '尼龙螺母 M8']],
  P1: [
    ['NAME', '精密轴承座'],
    ['NOTE', '用于高速电机'],
  ],
  P2: [
    ['NAME', '永磁同步电机 7.5 kW'],
    ['MODEL', 'YSM-132S-4'],
  ],
  P3: [
    ['NAME', '三相异步电动机'],
    ['MODEL', 'YE3-132S-4'],
  ],
  P4: [
    ['NAME', '电机控制器'],
    ['MODEL', 'MCU-4800/B'],
  ],
  P5: [
    ['NAME', '控制柜'],
    ['NOTE', '内装电机启动器'],
  ],
  V1: [
    ['NAME', '新能源汽车动力电池包'],
    ['CAPACITY', '82 kWh'],
  ],
  V2: [['NAME', '汽车车门密封条']],
  V3: [['NAME', '电池管理系统 BMS']],
  V4: [
    ['NAME', '磷酸铁锂电池'],
    ['MODEL', 'LFP-280Ah'],
  ],
  V5: [['NAME', '动力转向油泵']],
  M1: [
    ['NAME', '一次性使用无菌注射器'],
    ['UDI', '(01)06901234567892'],
  ],
  M2: [
    ['NAME', '医用外科口罩'],
    ['STANDARD', 'YY 0469-2011'],
  ],
  M3: [['NAME', 'Sterile syringe 5 ml']],
  M4: [
    ['NAME', 'Größenadapter Ø12'],
    ['NOTE', 'für Röhren'],
  ],
  M5: [['NAME', 'Ｆｕｌｌ－ｗｉｄｔｈ　Ｐｕｍｐ　ＡＢ１２']],
  C1: [
    ['NAME', 'Serial carrier'],
    ['SERIAL', 'SN-0001/A'],
  ],
  C2: [
    ['NAME', 'Serial carrier'],
    ['SERIAL', 'SN-0002/A'],
  ],
  C3: [
    ['NAME', 'Serial carrier'],
    ['SERIAL', 'SN-0001/B'],
  ],
  C4: [
    ['NAME', 'Batch label'],
    ['BATCH', '20261123-07'],
  ],
  C5: [
    ['NAME', 'Spare part'],
    ['URL', 'https://parts.example/catalog/pump-housing'],
  ],
  C6: [['NAME', 'Pump housing, cast iron']],
  C7: [['NAME', 'Housing for centrifugal pump']],
  C8: [['NAME', 'Centrifugal pump impeller']],
  C9: [['NAME', '离心泵叶轮']],
  C10: [
    ['NAME', '铜制离心泵壳体'],
    ['NOTE', '壳体材料为黄铜'],
  ],
  X1: [
    ['NAME', '公开的阀门'],
    ['SECRET', '保密配方 zirconium', '1100'],
  ],
  X2: [
    ['NAME', '闸阀'],
    ['PASSWORD', 'unreadable-cobalt', '0000'],
  ],
  X3: [
    ['NAME', 'Hidden name', '1100'],
    ['KIND', '减压阀'],
  ],
  J1: [['NAME', 'ベアリング プーラー']],
  L1: [
    ['NAME', '阀'],
    ['NOTE', '单字名称'],
  ],
  G1: [
    ['NAME', 'Gearbox housing'],
    ['NOTE', 'gears and shafts'],
  ],
  G2: [
    ['NAME', 'Gear'],
    ['MODULE', '2.5'],
  ],
  G3: [['NAME', 'Gear, spur, module 2.5, for conveyor']],
  G4: [
    ['NAME', '齿轮'],
    ['NOTE', '传动件'],
  ],
  G5: [
    ['NAME', '同步带轮'],
    ['NOTE', '与齿轮配合使用'],
  ],
};

const ELSEWHERE: readonly CatalogueEntry[] = [
  told('88.102.1001/SHIP-1', [
    ['NAME', '船用轴承'],
    ['TEMPLATE_ID', '88.102.1001/part'],
  ]),
  told('88.105.1/WITHDRAWN-1', [['NAME', '停用前缀的轴承']]),
  entryOf(
    '88.106.5/FAR-1',
    [
      ['NAME', '下级节点的轴承'],
      ['MAKER', '外部示例厂'],
    ],
    { source: '88.106.5' as never },
  ),
  entryOf('88.101.1001/GONE-1', [['NAME', '已注销的轴承']], { values: null, version: 2 }),
];

/** Words that the recall list does not ask for. */
const FILLERS = ['垫圈', '弹簧', '管接头', '滤芯', '减震垫', '线束', '传感器', '显示屏', '保险丝', '继电器'];
const FILLERS_EN = ['washer', 'spring', 'fitting', 'filter', 'damper', 'harness', 'sensor', 'display', 'fuse', 'relay'];

/** Some hundreds of records, the same on every machine. */
export function corpus(): CatalogueEntry[] {
  const listed = Object.entries(TOLD).map(([suffix, fields]) => told(`88.101.1001/${suffix}`, fields));
  const fillers = Array.from({ length: 300 }, (_, i) => {
    const zh = FILLERS[i % FILLERS.length] as string;
    const en = FILLERS_EN[i % FILLERS_EN.length] as string;
    const name = i % 3 === 0 ? zh : i % 3 === 1 ? en : `${zh} / ${en}`;
    return told(`88.103.${1 + (i % 7)}/F-${1000 + i}`, [['NAME', `${name} ${String.fromCharCode(65 + (i % 26))}`]]);
  });
  return [...listed, ...ELSEWHERE, ...fillers];
}

/** With index 1000 for the template, as records name theirs. */
function told(identifier: string, fields: readonly Field[]): CatalogueEntry {
  const entry = entryOf(identifier, fields);
  const values = entry.values?.map((value) => (value.type === 'TEMPLATE_ID' ? { ...value, index: 1000 } : value));
  return { ...entry, values: values ?? null };
}
