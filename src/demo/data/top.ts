import type { DemoNodePlan, NodeContent } from './model.ts';
import { CODES_NOTE } from './note.ts';
import { demoName, demoRow } from './rows.ts';

/** The top node's own records: a directory of the industries, `88/行业/汽车`. */
export function industryDirectory(prefix: string, industries: readonly DemoNodePlan[]): NodeContent {
  const entryRow = ({ prefix: industry, name }: DemoNodePlan) =>
    demoRow({
      identifier: `${prefix}/行业/${name.zh}`,
      name: demoName(`行业目录：${name.zh}`, `industry directory: ${name.en}`),
      codeSystem: '标识前缀 / identifier prefix',
      code: ['PREFIX', industry],
      fields: [['NOTE', CODES_NOTE]],
    });
  return { hostedPrefixes: () => [], rows: () => industries.map(entryRow) };
}
