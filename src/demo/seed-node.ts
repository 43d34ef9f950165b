import type { DemoNodePlan } from './data/plan.ts';
import { callNode, type NodeAccess } from './node-calls.ts';

/** Prefixes a call of `POST /api/v1/prefixes`. */
const PREFIXES_A_CALL = 1000;

/** Gives a node the prefixes and the records of its plan, over the interfaces that every user has. */
export async function seedNode(node: NodeAccess, plan: DemoNodePlan): Promise<void> {
  const prefixes = plan.hostedPrefixes();
  for (let i = 0; i < prefixes.length; i += PREFIXES_A_CALL) {
    const page = prefixes
      .slice(i, i + PREFIXES_A_CALL)
      .map(({ prefix, label }) => ({ prefix, label: label.slice(0, 255) }));
    await callNode(node, '/api/v1/prefixes', {
      method: 'POST',
      type: 'application/json',
      body: JSON.stringify({ prefixes: page }),
    });
  }
  const lines = [...plan.rows()].map((row) => JSON.stringify(row)).join('\n');
  if (lines === '') return;
  const asked = { method: 'POST', type: 'application/x-ndjson', body: lines };
  const report = await callNode(node, '/api/v1/imports?results=failed', asked);
  const ending = JSON.parse(report.trimEnd().split('\n').at(-1) ?? '{}') as { done?: boolean; failed?: number };
  if (ending.done !== true || ending.failed !== 0)
    throw new Error(`Node ${plan.prefix} did not take all its rows: ${report.slice(0, 500)}`);
}

/** Tells a node where its children answer. */
export async function delegate(
  parent: NodeAccess,
  children: readonly { prefix: string; url: string; label: string }[],
): Promise<void> {
  const prefixes = children.map(({ prefix, url, label }) => ({ prefix, url, label }));
  await callNode(parent, '/api/v1/prefixes', {
    method: 'POST',
    type: 'application/json',
    body: JSON.stringify({ prefixes }),
  });
}
