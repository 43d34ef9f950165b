import { gtin13CheckDigit } from '../codes/gtin.ts';
import type { NodeContent } from '../model.ts';
import { cycle, dayOf, demoName, demoRow, upTo } from '../rows.ts';

const PREFIX = '88.105';
const BATCH_PREFIX = `${PREFIX}.2001`;
const GOODS = 20;
const BATCHES = 8;
const KINDS: [[zh: string, en: string, content: string], ...[zh: string, en: string, content: string][]] = [
  ['饮用水', 'drinking water', '550 mL'],
  ['护手霜', 'hand cream', '60 g'],
  ['智能台灯', 'smart desk lamp', '1 件 / 1 piece'],
  ['定制衣柜', 'made-to-order wardrobe', '1 套 / 1 set'],
];

/** In GS1 prefix 200, restricted circulation: such a number claims no product of the open market. */
export function demoRcn(at: number): string {
  const body = `200${String(at + 1).padStart(9, '0')}`;
  return body + gtin13CheckDigit(body);
}

export function goodsIdentifier(at: number): string {
  return `${PREFIX}/${demoRcn(at)}`;
}

function goodsRow(at: number) {
  const [zh, en, content] = cycle(KINDS, at);
  return demoRow({
    identifier: goodsIdentifier(at),
    name: demoName(zh, en, at),
    codeSystem: 'GTIN-13 form, restricted circulation (GS1 prefixes 200–299)',
    code: ['GTIN', demoRcn(at)],
    fields: [
      ['NET_CONTENT', content],
      ['CATEGORY', `${zh} / ${en}`],
      ['LISTED_DATE', dayOf(2025, at)],
    ],
  });
}

function batchRow(at: number) {
  const suffix = `${demoRcn(at)}/批次 ${String(at + 1).padStart(2, '0')}`;
  return demoRow({
    identifier: `${BATCH_PREFIX}/${suffix}`,
    name: demoName('生产批次', 'production batch', at),
    codeSystem: '企业内部批号 / batch number of the organisation',
    code: ['BATCH', `DEMO-${String(at + 1).padStart(2, '0')}`],
    fields: [
      ['PRODUCTION_DATE', dayOf(2026, at)],
      ['QUANTITY', String(1_000 + at * 100)],
      ['REF', goodsIdentifier(at)],
    ],
  });
}

export const consumerGoods: NodeContent = {
  hostedPrefixes: () => [{ prefix: BATCH_PREFIX, label: demoName('消费品主体', 'consumer goods organisation', 0) }],
  rows: () => [...upTo(GOODS).map(goodsRow), ...upTo(BATCHES).map(batchRow)],
};
