import { imoCheckDigit } from '../codes/imo.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';

const PREFIX = '88.102';
const EQUIPMENT_PREFIX = `${PREFIX}.2001`;
const SHIPS = 14;
const ENGINES = 6;

/** Numbers were issued from 5000000 up to 9999993 and go on from 1000000: none starts with 0, so this is no ship's. */
export function demoImo(at: number): string {
  const body = String(101 + at).padStart(6, '0');
  return body + imoCheckDigit(body);
}

export function shipIdentifier(at: number): string {
  return `${PREFIX}/${demoImo(at)}`;
}

export function engineIdentifier(at: number): string {
  return `${EQUIPMENT_PREFIX}/主机 ${String((at % ENGINES) + 1).padStart(2, '0')}`;
}

function shipRow(at: number) {
  return demoRow({
    identifier: shipIdentifier(at),
    name: demoName('船舶', 'ship', at),
    codeSystem: 'IMO ship identification number (IMO Resolution A.1117(30))',
    code: ['IMO', demoImo(at)],
    fields: [
      ['SHIP_TYPE', cycle(['散货船 / bulk carrier', '集装箱船 / container ship', '客滚船 / ro-pax ship'], at)],
      ['PORT_OF_REGISTRY', cycle(['广州 / Guangzhou', '上海 / Shanghai', '大连 / Dalian'], at)],
      ['GROSS_TONNAGE', String(20_000 + at * 1_500)],
      ['KEEL_LAID', dayOf(2025, at)],
      ['REF', engineIdentifier(at)],
    ],
  });
}

function engineRow(at: number) {
  return demoRow({
    identifier: engineIdentifier(at),
    name: demoName('船用主机', 'marine main engine', at),
    codeSystem: '企业内部序列号 / serial number of the organisation',
    code: ['SERIAL_NUMBER', `DEMO-ENGINE-${at + 1}`],
    fields: [
      ['MANUFACTURE_DATE', dayOf(2024, at)],
      ['POWER', `${6 + at} MW`],
      ['FUEL', cycle(['甲醇 / methanol', '液化天然气 / LNG'], at)],
    ],
  });
}

export const shipbuilding: NodeContent = {
  hostedPrefixes: () => [
    { prefix: EQUIPMENT_PREFIX, label: demoName('船用设备主体', 'marine equipment organisation', 0) },
  ],
  rows: () => [...upTo(SHIPS).map(shipRow), ...upTo(ENGINES).map(engineRow)],
};
