import { setTimeout } from 'node:timers/promises';
import { importLines } from '../src/demo/import-lines.ts';
import { callNode } from '../src/demo/node-calls.ts';
import type { NodeServer } from './node-server.ts';

/** Registers records over the interface that every user has; throws unless all went in. */
export function importRecords(node: NodeServer, lines: Iterable<string>): Promise<void> {
  return importLines(node, lines);
}

/** Identifiers a call, the most that one takes. */
const BATCH = 1000;

/** A node that has too much to do refuses some of it: milliseconds before those are asked for once more, and how often. */
const PAUSE = 100;
const TRIES = 600;

/** Resolves every identifier once, so that the caches behind the node hold them. */
export async function resolveAll(node: NodeServer, identifiers: readonly string[]): Promise<void> {
  for (let i = 0; i < identifiers.length; i += BATCH) {
    let missing = identifiers.slice(i, i + BATCH);
    for (let tries = 0; missing.length > 0; tries++) {
      if (tries === TRIES) throw new Error(`${missing[0]} finds no room for a minute`);
      if (tries > 0) await setTimeout(PAUSE);
      missing = await resolveBatch(node, missing);
    }
  }
}

/** Answers with those that found no room. */
async function resolveBatch(node: NodeServer, identifiers: readonly string[]): Promise<string[]> {
  const body = JSON.stringify({ identifiers });
  const text = await callNode(node, '/api/resolve', { method: 'POST', type: 'application/json', body });
  const { answers } = JSON.parse(text) as { answers: { code: string; handle: string }[] };
  const odd = answers.find(({ code }) => code !== 'FOUND' && code !== 'OVERLOADED');
  if (odd !== undefined) throw new Error(`${odd.handle} is not found but ${odd.code}`);
  return answers.filter(({ code }) => code === 'OVERLOADED').map(({ handle }) => handle);
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
