import type { FeedBucket, FeedDigests, FeedPage } from '../../../proto/http/feed.ts';
import { statusOf } from '../../access/node-caller.ts';
import type { SiteServerUrl } from '../../record/site.ts';
import type { Subtree } from '../feed-digests.ts';
import { assertBucket, assertDigests, assertPage } from './feed-shape.ts';
import { PeerClient, type PeerClientOptions } from './peer-client.ts';

export type FeedClientOptions = PeerClientOptions;

export interface FeedPosition {
  readonly after: number;
  readonly feed: string | null;
  readonly withdrawn: string;
  /** Seconds. */
  readonly wait: number;
}

/** Seconds that a node is asked to wait at most: shorter than proxies keep a silent connection. */
const MAX_WAIT = 20;

/** Reads the feed of one node. */
export class FeedClient {
  readonly #peer: PeerClient;

  constructor(options: PeerClientOptions, server: SiteServerUrl) {
    this.#peer = new PeerClient(options, server);
  }

  /** What follows a position; held back for some seconds until there is something. Null when the position is of no use. */
  async getPage(at: FeedPosition, signal: AbortSignal): Promise<FeedPage | null> {
    const wait = Math.min(at.wait, MAX_WAIT);
    const held = wait === 0 ? '' : `&wait=${wait}&withdrawn=${encodeURIComponent(at.withdrawn)}`;
    const query = `after=${at.after}${held}${at.feed === null ? '' : `&feed=${at.feed}`}`;
    try {
      const page = await this.#peer.get(`/api/v1/feed?${query}`, { signal, wait: wait * 1000 });
      assertPage(page, at.after);
      return at.feed === null || page.feed === at.feed ? page : null;
    } catch (error) {
      if (statusOf(error) === 410) return null;
      throw error;
    }
  }

  async getDigests(subtree: Subtree, signal: AbortSignal): Promise<FeedDigests> {
    const digests = await this.#peer.get(`/api/v1/feed/digests?${queryOf(subtree)}`, { signal });
    assertDigests(digests);
    return digests;
  }

  async getBucket(subtree: Subtree, at: { bucket: number; after: string }, signal: AbortSignal): Promise<FeedBucket> {
    const query = `${queryOf(subtree)}&after=${encodeURIComponent(at.after)}`;
    const page = await this.#peer.get(`/api/v1/feed/buckets/${at.bucket}?${query}`, { signal });
    assertBucket(page);
    return page;
  }
}

function queryOf({ prefix, except }: Subtree): string {
  const left = except.length === 0 ? '' : `&except=${encodeURIComponent(except.join('/'))}`;
  return `prefix=${encodeURIComponent(prefix)}${left}`;
}
