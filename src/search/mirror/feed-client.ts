import type { FeedBucket, FeedDigests, FeedPage } from '../../../proto/http/feed.ts';
import { type NodeCaller, statusOf } from '../../access/node-caller.ts';
import { isNodeKey, type NodeKey, type NodeSubject, subjectOfKey } from '../../access/node-key.ts';
import { findNodeKey } from '../../access/pin-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { SiteServerUrl } from '../../record/site.ts';
import type { Subtree } from '../feed-digests.ts';
import { assertBucket, assertDigests, assertPage } from './feed-shape.ts';

export interface FeedClientOptions {
  readonly caller: NodeCaller;
  readonly key: NodeKey;
  /** Milliseconds. */
  readonly hopTimeout: number;
}

export interface FeedPosition {
  readonly after: number;
  readonly feed: string | null;
  readonly withdrawn: string;
  /** Seconds. */
  readonly wait: number;
}

/** Seconds that a node is asked to wait at most: shorter than proxies keep a silent connection. */
const MAX_WAIT = 20;

/** Reads the feed of one node, as ourselves; answers are held to the key that the delegation pins. */
export class FeedClient {
  readonly #options: FeedClientOptions;
  readonly #server: SiteServerUrl;
  #recipient: NodeSubject | null;

  constructor(options: FeedClientOptions, server: SiteServerUrl) {
    this.#options = options;
    this.#server = server;
    this.#recipient = isNodeKey(server.publicKey) ? subjectOfKey(server.publicKey) : null;
  }

  /** What follows a position; held back for some seconds until there is something. Null when the position is of no use. */
  async getPage(at: FeedPosition, signal: AbortSignal): Promise<FeedPage | null> {
    const wait = Math.min(at.wait, MAX_WAIT);
    const held = wait === 0 ? '' : `&wait=${wait}&withdrawn=${encodeURIComponent(at.withdrawn)}`;
    const query = `after=${at.after}${held}${at.feed === null ? '' : `&feed=${at.feed}`}`;
    try {
      const page = await this.#get(`/api/v1/feed?${query}`, { signal, wait: wait * 1000 });
      assertPage(page, at.after);
      return at.feed === null || page.feed === at.feed ? page : null;
    } catch (error) {
      if (statusOf(error) === 410) return null;
      throw error;
    }
  }

  async getDigests(subtree: Subtree, signal: AbortSignal): Promise<FeedDigests> {
    const digests = await this.#get(`/api/v1/feed/digests?${queryOf(subtree)}`, { signal });
    assertDigests(digests);
    return digests;
  }

  async getBucket(subtree: Subtree, at: { bucket: number; after: string }, signal: AbortSignal): Promise<FeedBucket> {
    const query = `${queryOf(subtree)}&after=${encodeURIComponent(at.after)}`;
    const page = await this.#get(`/api/v1/feed/buckets/${at.bucket}?${query}`, { signal });
    assertBucket(page);
    return page;
  }

  async #get(path: string, { signal, wait = 0 }: { signal: AbortSignal; wait?: number }): Promise<unknown> {
    const { caller, key, hopTimeout } = this.#options;
    const { url, publicKey } = this.#server;
    this.#recipient ??= await this.#askRecipient();
    const signedBy = { key, recipient: this.#recipient };
    const timeout = hopTimeout + wait;
    return caller.call({ method: 'GET', url: `${url}${path}`, timeout, signal, pinned: publicKey, signedBy });
  }

  /** Whom a call is for must be known to sign it; without a pinned key the node's own word has to do. */
  async #askRecipient(): Promise<NodeSubject> {
    const { caller, hopTimeout: timeout } = this.#options;
    const key = await findNodeKey(caller, { url: this.#server.url, timeout });
    if (key !== null) return subjectOfKey(key);
    throw new KapokError('UPSTREAM_INVALID', { message: `Node ${this.#server.url} shows no key` });
  }
}

function queryOf({ prefix, except }: Subtree): string {
  const left = except.length === 0 ? '' : `&except=${encodeURIComponent(except.join('/'))}`;
  return `prefix=${encodeURIComponent(prefix)}${left}`;
}
