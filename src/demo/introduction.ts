import { CODES_NOTE, type DemoNodePlan } from './data/plan.ts';
import type { DemoNode } from './start-demo.ts';

interface Introduction {
  readonly plans: readonly DemoNodePlan[];
  readonly nodes: readonly DemoNode[];
  readonly file: string;
  readonly seconds: number;
}

/** What the demo shows when it is ready: its nodes, and three commands to try. */
export function introduction({ plans, nodes, file, seconds }: Introduction): string {
  const rows = plans.map(({ prefix, role, name }, i) => {
    const depth = prefix.split('.').length - 1;
    return (
      `  ${'  '.repeat(depth)}${prefix}`.padEnd(22) +
      (nodes[i]?.url ?? '').padEnd(24) +
      role.padEnd(12) +
      `${name.zh} / ${name.en}`
    );
  });
  const top = nodes[0]?.url ?? '';
  const enterprise = plans.find((plan) => plan.role === 'enterprise');
  const [product] = enterprise?.rows() ?? [];
  return `
${rows.join('\n')}

${CODES_NOTE}

Ready in ${seconds.toFixed(1)} s. Try:

  curl ${top}/api/handles/88.106.32902/1533
  curl '${top}/api/handles/${product?.identifier}?explain=true'
  curl -X POST ${top}/api/resolve -H 'content-type: application/json' -d '{"identifiers":["88.106.32902/1533","88.106.32902/none"]}'

Nodes, process ids and operator tokens: ${file}
Ctrl-C stops everything.`;
}
