import { GS1_DEMO_PREFIX } from '../codes/gs1.ts';
import { gtin14CheckDigit } from '../codes/gtin.ts';
import { formatUdi, type Udi } from '../codes/udi.ts';
import type { NodeContent } from '../model.ts';
import { cycle, demoName, demoRow, upTo } from '../rows.ts';

const PREFIX = '88.103';
const COLD_CHAIN_PREFIX = `${PREFIX}.2001`;
const DEVICES = 16;
const BOXES = 6;
const PRODUCTS: [[zh: string, en: string], ...[zh: string, en: string][]] = [
  ['一次性注射器', 'single-use syringe'],
  ['输液泵', 'infusion pump'],
  ['血糖试纸', 'glucose test strip'],
  ['骨科植入物', 'orthopaedic implant'],
];

export function demoUdi(at: number): Udi {
  // Indicator digit 0: the item itself, not a case of it. One GTIN a product, one serial number an item.
  const body = `0${GS1_DEMO_PREFIX}1234${String(1000 + (at % PRODUCTS.length)).padStart(5, '0')}`;
  return {
    gtin: body + gtin14CheckDigit(body),
    expiry: `${28 + (at % 3)}${String((at % 12) + 1).padStart(2, '0')}00`,
    lot: `DEMO-L${Math.floor(at / PRODUCTS.length) + 1}`,
    serial: `S${String(at + 1).padStart(5, '0')}`,
  };
}

export function udiIdentifier(at: number): string {
  return `${PREFIX}/${formatUdi(demoUdi(at))}`;
}

function deviceRow(at: number) {
  const udi = demoUdi(at);
  const [zh, en] = cycle(PRODUCTS, at);
  return demoRow({
    identifier: udiIdentifier(at),
    name: demoName(zh, en, at),
    codeSystem: 'UDI (GS1 AI 01, 17, 10, 21)',
    code: ['UDI', formatUdi(udi)],
    fields: [
      ['GTIN', udi.gtin],
      ['EXPIRY', `20${udi.expiry.slice(0, 2)}-${udi.expiry.slice(2, 4)}`],
      ['LOT', udi.lot],
      ['SERIAL_NUMBER', udi.serial],
      ['STORAGE', cycle(['常温 / ambient', '2–8 ℃'], at)],
    ],
  });
}

function boxRow(at: number) {
  const suffix = `冷链箱/${String(at + 1).padStart(3, '0')}`;
  return demoRow({
    identifier: `${COLD_CHAIN_PREFIX}/${suffix}`,
    name: demoName('冷链箱', 'cold-chain box', at),
    codeSystem: '企业内部资产号 / asset number of the organisation',
    code: ['ASSET_NUMBER', suffix],
    fields: [
      ['TEMPERATURE_RANGE', '2–8 ℃'],
      ['REF', udiIdentifier(at)],
    ],
  });
}

export const biopharma: NodeContent = {
  hostedPrefixes: () => [{ prefix: COLD_CHAIN_PREFIX, label: demoName('冷链主体', 'cold-chain organisation', 0) }],
  rows: () => [...upTo(DEVICES).map(deviceRow), ...upTo(BOXES).map(boxRow)],
};
