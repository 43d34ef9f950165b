import type { DemoNodePlan } from './model.ts';
import { industryDirectory } from './top.ts';
import { ENTERPRISES, INDUSTRIES, TOP, type TreeEntry } from './tree.ts';

export type { DemoNodePlan, DemoPrefix, DemoRow, DemoValue } from './model.ts';
export { CODES_NOTE, DEMO_DATA } from './note.ts';

const TOP_PORT = 7088;
const FIRST_INDUSTRY_PORT = 7101;
const FIRST_ENTERPRISE_PORT = 7201;

/** The nodes of the demo tree, the top first and parents before their children. */
export function demoPlan(): DemoNodePlan[] {
  const industries = INDUSTRIES.map((entry, at) => planOf(entry, 'industry', FIRST_INDUSTRY_PORT + at));
  const enterprises = ENTERPRISES.map((entry, at) => planOf(entry, 'enterprise', FIRST_ENTERPRISE_PORT + at));
  const top: DemoNodePlan = {
    prefix: TOP.prefix,
    role: 'top',
    name: { zh: TOP.zh, en: TOP.en },
    port: TOP_PORT,
    parent: null,
    ...industryDirectory(TOP.prefix, industries),
  };
  return [top, ...industries, ...enterprises];
}

function planOf({ prefix, zh, en, content }: TreeEntry, role: 'industry' | 'enterprise', port: number): DemoNodePlan {
  const parent = prefix.slice(0, prefix.lastIndexOf('.'));
  return { prefix, role, name: { zh, en }, port, parent, ...content };
}
