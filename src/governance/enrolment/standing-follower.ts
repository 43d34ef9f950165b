import { setTimeout } from 'node:timers/promises';
import type { HeldDelegation } from '../../../proto/http/enrolments.ts';
import { subjectOfKey } from '../../access/node-key.ts';
import { findNodeKey } from '../../access/pin-key.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { PrefixStatus } from '../../registry/prefix-entry.ts';
import { PeerClient, type PeerClientOptions } from '../../search/mirror/peer-client.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { keepStanding } from './keep-standing.ts';
import { findDelegation } from './node-delegation.ts';

export interface StandingFollowerOptions extends PeerClientOptions {
  readonly database: Database;
  readonly announce: () => Promise<unknown>;
  readonly log: Logger;
}

/** Seconds that the node above is asked to wait for a change: shorter than proxies keep a silent connection. */
const WAIT = 20;
/** The first pause after a failure; each further one in a row doubles it, up to the longest. In milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/** Asks the node above how the own prefix stands there, so that this node says at once what all others say. */
export class StandingFollower {
  readonly #options: StandingFollowerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #peer: { of: string; client: PeerClient } | null = null;

  constructor(options: StandingFollowerOptions) {
    this.#options = options;
  }

  /** Begins, where there is a node above; also when it has only now stated something. */
  start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { log } = this.#options;
    let known: PrefixStatus | null = null;
    for (let failures = 0; !signal.aborted; ) {
      try {
        known = await this.#once(known);
        if (known === null) return;
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.#peer = null;
        if (failures === 0) log.warn({ err: error }, 'the node above does not say how the own prefix stands');
        const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures++);
        await setTimeout(pause, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  /** Null: there is no node above. */
  async #once(known: PrefixStatus | null): Promise<PrefixStatus | null> {
    const { database, announce } = this.#options;
    const held = await findDelegation(database);
    if (held === null) return null;
    const { parent, delegation } = held;
    const prefix = delegation.statement.prefix as Prefix;
    const peer = await this.#peerOf(held);
    const query = known === null ? '' : `?known=${known}&wait=${WAIT}`;
    const path = `/api/v1/enrolments/${encodeURIComponent(prefix)}/standing${query}`;
    const answer = await peer.get(path, { signal: this.#stop.signal, wait: known === null ? 0 : WAIT * 1000 });
    const status = statusOf(answer);
    if (await keepStanding(database, { prefix, status, parent })) await announce();
    return status;
  }

  /** The node above by the key that it enrolled this one with. */
  async #peerOf({ parent, parentUrl: url }: HeldDelegation): Promise<PeerClient> {
    const of = `${parent} ${url}`;
    if (this.#peer?.of === of) return this.#peer.client;
    const { caller, hopTimeout: timeout } = this.#options;
    const publicKey = await findNodeKey(caller, { url, timeout });
    if (publicKey === null || subjectOfKey(publicKey) !== parent)
      throw new KapokError('UPSTREAM_INVALID', {
        message: `Node ${url} shows another key than that of the node above`,
      });
    const client = new PeerClient(this.#options, { url, publicKey });
    this.#peer = { of, client };
    return client;
  }
}

function statusOf(answer: unknown): PrefixStatus {
  const { status } = (answer ?? {}) as { status?: unknown };
  if (status === 'active' || status === 'suspended' || status === 'revoked') return status;
  throw new KapokError('UPSTREAM_INVALID', { message: 'The node above sent no status' });
}
