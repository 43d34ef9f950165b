import t from 'tap';
import { isCas } from '../../../src/demo/data/codes/cas.ts';
import { containerRemainder, isContainer } from '../../../src/demo/data/codes/container.ts';
import { isGiai } from '../../../src/demo/data/codes/giai.ts';
import { isRestrictedCirculation } from '../../../src/demo/data/codes/gtin.ts';
import { isImo } from '../../../src/demo/data/codes/imo.ts';
import { isSscc } from '../../../src/demo/data/codes/sscc.ts';
import { isUdi } from '../../../src/demo/data/codes/udi.ts';
import { isVin } from '../../../src/demo/data/codes/vin.ts';
import { demoPlan } from '../../../src/demo/data/plan.ts';

/** The codes of one type that one node's rows hold. */
function codes(prefix: string, type: string): string[] {
  const rows = [
    ...(demoPlan()
      .find((node) => node.prefix === prefix)
      ?.rows() ?? []),
  ];
  return rows.flatMap(({ values }) => values.filter((value) => value.type === type).map(({ data }) => data));
}

const SYSTEMS: [prefix: string, type: string, isCode: (text: string) => boolean][] = [
  ['88.101', 'VIN', isVin],
  ['88.102', 'IMO', isImo],
  ['88.103', 'UDI', isUdi],
  ['88.104', 'GIAI', isGiai],
  ['88.104', 'SSCC', isSscc],
  ['88.105', 'GTIN', isRestrictedCirculation],
  ['88.107', 'CAS', isCas],
  ['88.108', 'CONTAINER', isContainer],
];

for (const [prefix, type, isCode] of SYSTEMS) {
  t.test(`${prefix} holds valid codes of type ${type}`, async (t) => {
    const found = codes(prefix, type);
    t.ok(found.length >= 8, `${found.length} codes`);
    for (const code of found) t.ok(isCode(code), code);
  });
}

t.test('claims no real product, ship, vehicle or container', async (t) => {
  for (const vin of codes('88.101', 'VIN')) t.match(vin, /^EZ0/, 'an unassigned maker');
  for (const imo of codes('88.102', 'IMO')) t.match(imo, /^0/, 'no number issued starts with 0');
  for (const udi of codes('88.103', 'UDI')) t.match(udi, /^\(01\)0952/, "GS1's prefix for examples");
  for (const giai of codes('88.104', 'GIAI')) t.match(giai, /^952/, "GS1's prefix for examples");
  for (const sscc of codes('88.104', 'SSCC')) t.match(sscc, /^.952/, "GS1's prefix for examples");
  for (const container of codes('88.108', 'CONTAINER')) {
    t.match(container, /^ZZZU/, 'an owner code that is not given out');
    t.not(containerRemainder(container.slice(0, -1)), 10, 'ISO 6346 advises against it');
  }
});
