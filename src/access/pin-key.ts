import { KapokError } from '../errors/kapok-error.ts';
import { parseSite } from '../record/parse-site.ts';
import type { Key } from '../record/value.ts';
import type { NodeCaller } from './node-caller.ts';
import { isNodeKey } from './node-key.ts';

/**
 * The public key of the node at a URL, which has shown that it holds the private one; null when it has no key that nodes
 * sign with. Throws UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT or UPSTREAM_INVALID.
 */
export async function findNodeKey(
  caller: NodeCaller,
  { url, timeout, signal }: { url: string; timeout: number; signal?: AbortSignal },
): Promise<Key | null> {
  const call = { method: 'GET', url: `${url}/api/site`, timeout, ...(signal && { signal }) } as const;
  const key = keyOf(await caller.call(call), url);
  if (key === null) return null;
  // Other software may show a key of this kind and not sign with it: nothing below it could be resolved any more.
  await caller.call({ ...call, pinned: key });
  return key;
}

function keyOf(answer: unknown, url: string): Key | null {
  try {
    const { servers } = parseSite((answer as { site?: unknown } | null)?.site, 'site');
    return servers.map(({ publicKey }) => publicKey?.value).find(isNodeKey) ?? null;
  } catch (cause) {
    throw new KapokError('UPSTREAM_INVALID', { message: `Node ${url} shows a site that cannot be used`, cause });
  }
}
