import { callNode, type NodeAccess } from './node-calls.ts';

/** Imports lines of NDJSON over the interface that every user has, and waits for the end; throws unless all went in. */
export async function importLines(node: NodeAccess, lines: Iterable<string>): Promise<void> {
  const body = [...lines].join('\n');
  if (body === '') return;
  const taken = await callNode(node, '/api/v1/imports', { method: 'POST', type: 'application/x-ndjson', body });
  const path = `/api/v1/imports/${(JSON.parse(taken) as { id: string }).id}`;
  const failures = await callNode(node, `${path}/results?follow=true&results=failed`, { method: 'GET' });
  const { state, failed, error } = JSON.parse(await callNode(node, path, { method: 'GET' })) as Ending;
  if (state === 'done' && failed === 0) return;
  const reason = error === null ? failures.slice(0, 500) : error.message;
  throw new Error(`Node ${node.url} did not take all its rows (${state}): ${reason}`);
}

interface Ending {
  readonly state: string;
  readonly failed: number;
  readonly error: { readonly message: string } | null;
}
