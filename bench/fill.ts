import { importLines } from '../src/demo/import-lines.ts';
import { callNode } from '../src/demo/node-calls.ts';
import type { NodeServer } from './node-server.ts';

/** Registers records over the interface that every user has; throws unless all went in. */
export function importRecords(node: NodeServer, lines: Iterable<string>): Promise<void> {
  return importLines(node, lines);
}

/** Identifiers a call, the most that one takes. */
const BATCH = 1000;

/** Resolves every identifier once, so that the caches behind the node hold them. */
export async function resolveAll(node: NodeServer, identifiers: readonly string[]): Promise<void> {
  for (let i = 0; i < identifiers.length; i += BATCH) {
    const body = JSON.stringify({ identifiers: identifiers.slice(i, i + BATCH) });
    const text = await callNode(node, '/api/resolve', { method: 'POST', type: 'application/json', body });
    const { answers } = JSON.parse(text) as { answers: { code: string; handle: string }[] };
    const odd = answers.find(({ code }) => code !== 'FOUND');
    if (odd !== undefined) throw new Error(`${odd.handle} is not found but ${odd.code}`);
  }
}

/** Callers at once. */
const CALLERS = 4;

/** The same for those of the numbers from 0, which need not all be in memory at once. */
export async function resolveMany(
  node: NodeServer,
  { count, identifierAt }: { count: number; identifierAt: (n: number) => string },
): Promise<void> {
  let next = 0;
  const call = async () => {
    while (next < count) {
      const begin = next;
      next += BATCH;
      const length = Math.min(BATCH, count - begin);
      const identifiers = Array.from({ length }, (_, i) => identifierAt(begin + i));
      await resolveAll(node, identifiers);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
}

/** Tells a node where a prefix below its own is answered. */
export async function delegate(
  parent: NodeServer,
  { prefix, url, ttl }: { prefix: string; url: string; ttl?: number },
): Promise<void> {
  const body = JSON.stringify({ url, ...(ttl === undefined ? {} : { ttl }) });
  await callNode(parent, `/api/v1/prefixes/${prefix}`, { method: 'PUT', type: 'application/json', body });
}
