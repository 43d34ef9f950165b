import { subjectOfKey } from '../access/node-key.ts';
import type { Site } from '../record/site.ts';
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

/** Lets a parent follow what its child registers, so that the top finds it. */
export async function grantFeed(child: NodeAccess, parent: NodeAccess): Promise<void> {
  const { site } = JSON.parse(await callNode(parent, '/api/site', { method: 'GET' })) as { site: Site };
  const key = site.servers[0]?.publicKey?.value;
  if (key === undefined) throw new Error(`Node ${parent.url} shows no key`);
  await callNode(child, '/api/v1/grants', {
    method: 'POST',
    type: 'application/json',
    body: JSON.stringify({ subject: subjectOfKey(key), role: 'mirror', scope: '' }),
  });
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
