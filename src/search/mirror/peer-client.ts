import type { NodeCaller } from '../../access/node-caller.ts';
import { isNodeKey, type NodeKey, type NodeSubject, subjectOfKey } from '../../access/node-key.ts';
import { findNodeKey } from '../../access/pin-key.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { SiteServerUrl } from '../../record/site.ts';

export interface PeerClientOptions {
  readonly caller: NodeCaller;
  readonly key: NodeKey;
  /** Milliseconds. */
  readonly hopTimeout: number;
}

/** Asks one node, as ourselves; answers are held to the key that the delegation pins. */
export class PeerClient {
  readonly #options: PeerClientOptions;
  readonly #server: SiteServerUrl;
  #recipient: NodeSubject | null;

  constructor(options: PeerClientOptions, server: SiteServerUrl) {
    this.#options = options;
    this.#server = server;
    this.#recipient = isNodeKey(server.publicKey) ? subjectOfKey(server.publicKey) : null;
  }

  /** `wait`: milliseconds that the node may hold its answer back. */
  async get(path: string, { signal, wait = 0 }: { signal: AbortSignal; wait?: number }): Promise<unknown> {
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
