import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FeedBucket, FeedEntry, FeedPage } from '../../proto/http/feed.ts';
import type { NodeKey } from '../../src/access/node-key.ts';
import type { Prefix } from '../../src/identifier/prefix.ts';
import { siteOfUrl } from '../../src/record/site.ts';
import { catalogueRowOf } from '../../src/search/catalogue-row.ts';
import { bucketOf } from '../../src/search/digest.ts';
import { findEntry } from '../../src/search/mirror/parse-entry.ts';
import { answering, found, startFaultyPeer } from './faulty-peer.ts';
import { sendSigned } from './signing-peer.ts';

/** A node whose feed is a list that tests write: what it says of itself is always true, its pages are as they are told. */
export class FeedPeer {
  readonly entries = new Map<string, FeedEntry>();
  feed = 'f0';
  head = 0;
  /** Changes a page before it is sent. */
  twist: (page: FeedPage) => unknown = (page) => page;
  /** Every request target so far. */
  readonly calls: string[] = [];
  url = '';
  readonly #prefix: Prefix;
  readonly #key: NodeKey;

  constructor(prefix: Prefix, key: NodeKey) {
    this.#prefix = prefix;
    this.#key = key;
  }

  async start(t: { teardown(work: () => Promise<unknown>): void }): Promise<void> {
    const peer = await startFaultyPeer(t, answering(found), (request, response) => this.#answer(request, response));
    this.url = peer.url;
  }

  /** Registers, or changes, an identifier; `silently` without telling of it in the feed. */
  put(suffix: string, more: Partial<FeedEntry> = {}, { silently = false } = {}): FeedEntry {
    const identifier = `${this.#prefix}/${suffix}`;
    const version = (this.entries.get(identifier)?.version ?? 0) + 1;
    const values = [nameValue(`${suffix} ${version}`)];
    const entry: FeedEntry = {
      ...{ seq: silently ? 0 : ++this.head, prefix: this.#prefix, suffixKey: suffix, identifier, version },
      ...{ status: 'active', values, updatedAt: '2026-01-02T03:04:05Z', source: '', ...more },
    };
    this.entries.set(identifier, entry);
    return entry;
  }

  remove(suffix: string): void {
    this.entries.delete(`${this.#prefix}/${suffix}`);
  }

  /** What whoever mirrors this node should hold, as its own digests say. */
  buckets(): Record<string, { count: number; digest: string }> {
    const buckets: Record<string, { count: number; digest: string }> = {};
    for (const entry of this.entries.values()) {
      const { key, digest } = this.#rowOf(entry);
      const { count, digest: sum } = buckets[key] ?? { count: 0, digest: '0' };
      buckets[key] = { count: count + 1, digest: BigInt.asUintN(64, BigInt(sum) + BigInt(digest)).toString() };
    }
    return buckets;
  }

  #rowOf(entry: FeedEntry) {
    const parsed = findEntry(entry, this.#prefix);
    if (parsed === null) throw new Error(`${entry.identifier} is no entry`);
    return { key: bucketOf(parsed), digest: catalogueRowOf(parsed).digest };
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const target = request.url ?? '';
    this.calls.push(target);
    const body = this.#bodyOf(new URL(target, 'http://peer'));
    if (body === null) return void response.writeHead(410).end('{"code":"FEED_GONE"}');
    sendSigned({ request, response, body: JSON.stringify(body) }, this.#key);
  }

  #bodyOf({ pathname, searchParams }: URL): unknown {
    const { feed, head } = this;
    if (pathname === '/api/site') return { site: siteOfUrl(this.url, { publicKey: this.#key.publicKey }) };
    if (pathname === '/api/v1/feed/digests') return { feed, head, buckets: this.buckets() };
    const [, bucket] = /^\/api\/v1\/feed\/buckets\/(\d+)$/.exec(pathname) ?? [];
    if (bucket !== undefined) {
      const entries = [...this.entries.values()].filter((entry) => this.#rowOf(entry).key === Number(bucket));
      return { feed, entries } satisfies FeedBucket;
    }
    const after = Number(searchParams.get('after'));
    const asked = searchParams.get('feed');
    if (after > head || (asked !== null && asked !== feed)) return null;
    const rest = [...this.entries.values()].filter(({ seq }) => seq > after).sort((a, b) => a.seq - b.seq);
    const entries = rest.slice(0, 5);
    const next = entries.at(-1)?.seq ?? head;
    return this.twist({ feed, entries, head, next, withdrawn: '' });
  }
}

export function nameValue(value: string, more: object = {}) {
  const data = { format: 'string', value };
  return { index: 1, type: 'NAME', data, ttl: 86_400, timestamp: '2026-01-02T03:04:05Z', ...more };
}
