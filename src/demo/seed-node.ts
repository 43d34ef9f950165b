import type { DemoNodePlan } from './data/plan.ts';
import { importLines } from './import-lines.ts';
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
  await importLines(
    node,
    [...plan.rows()].map((row) => JSON.stringify(row)),
  );
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
