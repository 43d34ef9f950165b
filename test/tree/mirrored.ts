import { subjectOfKey } from '../../src/access/node-key.ts';
import type { TestNode } from '../support/node.ts';

/** Lets a node read the feed of another. */
export async function grantFeed(to: TestNode, at: TestNode): Promise<void> {
  const body = { subject: await subjectOf(to), role: 'mirror', scope: '' };
  const { status, text } = await at.call('POST', '/api/v1/grants', { body });
  if (status >= 300) throw new Error(text);
}

async function subjectOf(node: TestNode): Promise<string> {
  return subjectOfKey((await node.get('/api/site')).json.site.servers[0].publicKey.value);
}

/** What a node's catalogue says below a prefix, as its digests and as its rows. */
export async function readCatalogue(node: TestNode, prefix: string) {
  const { json } = await node.call('GET', `/api/v1/feed/digests?prefix=${prefix}`);
  const total = Object.values(json.buckets as Record<string, { count: number }>).reduce(
    (sum, { count }) => sum + count,
    0,
  );
  return { buckets: json.buckets as object, total };
}

/** The names of a node's catalogue, in the order of its feed. */
export async function readNames(node: TestNode): Promise<string[]> {
  const names: string[] = [];
  for (let after = 0; ; ) {
    const { json } = await node.call('GET', `/api/v1/feed?after=${after}`);
    names.push(...json.entries.map(({ identifier }: { identifier: string }) => identifier));
    if (json.next === after) return names;
    after = json.next;
  }
}
