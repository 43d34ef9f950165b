import type { Prefix } from '../src/identifier/prefix.ts';
import type { Value } from '../src/record/value.ts';
import type { CatalogueEntry } from '../src/search/catalogue-entry.ts';
import { randomFrom } from './random.ts';

/** Nouns, from the common to the rare: the n-th is drawn about 1/n as often as the first. */
export const NOUNS: readonly (readonly [zh: string, en: string])[] = [
  ['螺栓', 'bolt'],
  ['轴承', 'bearing'],
  ['离心泵', 'centrifugal pump'],
  ['电机', 'motor'],
  ['阀门', 'valve'],
  ['齿轮', 'gear'],
  ['传感器', 'sensor'],
  ['密封圈', 'seal ring'],
  ['电池', 'battery'],
  ['减速机', 'reducer'],
  ['连接器', 'connector'],
  ['继电器', 'relay'],
  ['变压器', 'transformer'],
  ['液压缸', 'hydraulic cylinder'],
  ['过滤器', 'filter'],
  ['换热器', 'heat exchanger'],
  ['压缩机', 'compressor'],
  ['注射器', 'syringe'],
  ['显示屏', 'display'],
  ['联轴器', 'coupling'],
  ['弹簧', 'spring'],
  ['电缆', 'cable'],
  ['法兰', 'flange'],
  ['导轨', 'guide rail'],
  ['喷嘴', 'nozzle'],
  ['摄像头', 'camera'],
  ['舵机', 'servo'],
  ['螺旋桨', 'propeller'],
  ['陀螺仪', 'gyroscope'],
  ['示波器', 'oscilloscope'],
];
const QUALITIES: readonly (readonly [zh: string, en: string])[] = [
  ['不锈钢', 'stainless steel'],
  ['碳钢', 'carbon steel'],
  ['高速', 'high-speed'],
  ['精密', 'precision'],
  ['防爆', 'explosion-proof'],
  ['低噪声', 'low-noise'],
  ['耐腐蚀', 'corrosion-resistant'],
  ['铝合金', 'aluminium alloy'],
  ['陶瓷', 'ceramic'],
  ['工业级', 'industrial'],
  ['船用', 'marine'],
  ['医用', 'medical'],
  ['车用', 'automotive'],
  ['高温', 'high-temperature'],
];
const COLOURS = ['红色', '蓝色', '黑色', '银色', 'red', 'blue', 'black', 'silver'];
const NOTES = [
  '用于自动化生产线',
  '出厂前经过检验',
  'Tested before delivery',
  '可替换旧型号',
  'For outdoor use',
  '配套安装附件',
];
const SYLLABLES = ['ka', 'ro', 'mi', 'ten', 'lu', 'vex', 'dor', 'sa', 'qui', 'ban', 'zor', 'ne'];
const CHARACTERS = [...'海山云江南北华东天成立达光明泰和兴盛安远新宏利德'];
const BRANDS = 4_000;
const ORGANISATIONS = 50;

/** Records of industries below 88, made from nothing but their number. */
export function catalogueEntryAt(n: number, prefixAt = organisationAt): CatalogueEntry {
  const random = randomFrom(n);
  const noun = NOUNS[Math.min(NOUNS.length - 1, Math.floor(NOUNS.length ** random()) - 1)] ?? ['螺栓', 'bolt'];
  const quality = QUALITIES[Math.floor(random() * QUALITIES.length)] ?? ['精密', 'precision'];
  const brand = Math.floor(random() ** 2 * BRANDS);
  const size = `M${4 + Math.floor(random() * 40)}x${10 * (1 + Math.floor(random() * 30))}`;
  const language = random();
  const zh = `${quality[0]}${noun[0]}`;
  const en = `${quality[1]} ${noun[1]}`;
  const name = language < 0.45 ? `${zh} ${size}` : language < 0.75 ? `${en} ${size}` : `${zh} / ${en} ${size}`;
  const prefix = prefixAt(n);
  const suffix = serialAt(n);
  return {
    prefix,
    suffixKey: suffix,
    identifier: `${prefix}/${suffix}`,
    version: 1,
    source: prefix.split('.').slice(0, 2).join('.') as Prefix,
    successor: null,
    owner: null,
    updatedAt: '2026-01-02T03:04:05Z',
    values: textValues([
      ['NAME', name],
      ['MANUFACTURER', `${brandZh(brand)}示例厂 / ${brandEn(brand)} Demo Works`],
      [
        'MODEL',
        `${brandEn(brand).slice(0, 3).toUpperCase()}-${1000 + Math.floor(random() * 9000)}/${'ABCD'[Math.floor(random() * 4)]}`,
      ],
      ['COLOUR', COLOURS[Math.floor(random() * COLOURS.length)] ?? 'red'],
      ['NOTE', NOTES[Math.floor(random() * NOTES.length)] ?? ''],
      ['URL', `https://products.example/${prefix}/${suffix}`],
    ]),
  };
}

export function serialAt(n: number): string {
  return `SN-${String(n).padStart(8, '0')}`;
}

export function organisationAt(n: number): Prefix {
  return `88.${101 + (n % 8)}.${1001 + (Math.floor(n / 8) % ORGANISATIONS)}` as Prefix;
}

export function brandEn(brand: number): string {
  const at = (place: number) => SYLLABLES[Math.floor(brand / 12 ** place) % 12] ?? 'ka';
  const word = `${at(0)}${at(1)}${at(2)}${at(3)}`;
  return `${word[0]?.toUpperCase()}${word.slice(1)}`;
}

function brandZh(brand: number): string {
  const at = (place: number) => CHARACTERS[Math.floor(brand / CHARACTERS.length ** place) % CHARACTERS.length] ?? '海';
  return `${at(0)}${at(1)}${at(2)}`;
}

function textValues(texts: readonly (readonly [type: string, text: string])[]): Value[] {
  return texts.map(([type, value], i) => ({
    index: i + 1,
    type,
    data: { format: 'string', value },
    ttl: 86_400,
    timestamp: '2026-01-02T03:04:05Z',
  }));
}
