import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type NodeCaller, statusOf } from '../../access/node-caller.ts';
import type { NodeKey } from '../../access/node-key.ts';
import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { findMove, isPulling, lockMove, type Move, type MoveState, setMove } from './move.ts';
import { pullMove } from './pull-move.ts';
import { SourceClient } from './source-client.ts';

export interface PullsOptions {
  readonly database: Database;
  readonly caller: NodeCaller;
  readonly key: NodeKey;
  readonly quarantineDays: number;
  readonly now: () => number;
  readonly announce: () => Promise<unknown>;
  readonly log: Logger;
}

/** Seconds that a process holds a pull after its last page. */
const LEASE = 15;
/** Milliseconds: after a source that cannot be reached, and before it is looked whether another process has let go. */
const PAUSE = 2_000;

/** The prefixes that this process takes over, each until it has it, or cannot. */
export class Pulls {
  readonly #options: PullsOptions;
  readonly #holder = randomUUID();
  readonly #running = new Map<Prefix, { stop: AbortController; ended: Promise<void> }>();

  constructor(options: PullsOptions) {
    this.#options = options;
  }

  /** Goes on with what was interrupted. */
  async start(): Promise<void> {
    const text = `select prefix from moves where side = 'target' and state in ('pulling', 'finishing', 'taken')`;
    for (const { prefix } of await this.#options.database.query<{ prefix: Prefix }>(text)) this.run(prefix);
  }

  run(prefix: Prefix): void {
    if (this.#running.has(prefix)) return;
    const stop = new AbortController();
    const ended = this.#run(prefix, stop.signal)
      .catch((err) => this.#options.log.error({ err, prefix }, 'a prefix cannot be taken over'))
      .finally(() => this.#running.delete(prefix));
    this.#running.set(prefix, { stop, ended });
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #run(prefix: Prefix, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const move = await this.#hold(prefix);
      if (move === 'another process') {
        await setTimeout(PAUSE, undefined, { signal, ref: false }).catch(() => {});
        continue;
      }
      if (move === null || (await this.#try(move, signal))) return;
      await setTimeout(PAUSE, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** True when it is over, in one way or the other. */
  async #try(move: Move, signal: AbortSignal): Promise<boolean> {
    const { database, announce, log, now, quarantineDays } = this.#options;
    const { prefix } = move;
    const source = new SourceClient(this.#options, move);
    const onPage = async (copied: number) => {
      signal.throwIfAborted();
      if (copied > 0) await announce();
      await this.#renew(move, copied);
    };
    try {
      const governing = { now: new Date(now()), quarantineDays };
      await pullMove(move, { database, source, governing, announce: async () => void (await announce()), onPage });
      log.info({ prefix, from: move.peer }, 'a prefix was taken over');
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      const current = await findMove(database, prefix);
      if (current?.id !== move.id || !isPulling(current)) return true;
      const next = stateAfter(error, current.state);
      const again = next === current.state;
      log.warn({ err: error, prefix, again }, 'a prefix could not be taken over');
      const message = error instanceof Error ? error.message.slice(0, 2_000) : String(error);
      await database.transaction(async (tx) => {
        const { state } = await lockMove(tx, prefix);
        if (state === current.state) await setMove(tx, move, { state: next, error: message });
      });
      return !again;
    }
  }

  async #hold(prefix: Prefix): Promise<Move | 'another process' | null> {
    const { database } = this.#options;
    const move = await findMove(database, prefix);
    if (move === null || !isPulling(move)) return null;
    const text = `update moves set holder = $2, held_until = now() + make_interval(secs => ${LEASE})
      where prefix = $1 and (holder is null or holder = $2 or held_until < now()) returning 1`;
    return (await database.query(text, [prefix, this.#holder])).length === 1 ? move : 'another process';
  }

  async #renew({ prefix, id }: Move, copied: number): Promise<void> {
    const text = `update moves set held_until = now() + make_interval(secs => ${LEASE}), copied = copied + $4, error = null,
      updated_at = now() where prefix = $1 and id = $2 and holder = $3 and state in ('pulling', 'finishing') returning 1`;
    const held = await this.#options.database.query(text, [prefix, id, this.#holder, copied]);
    if (held.length === 0)
      throw new KapokError('MOVE_REFUSED', { message: 'Another process goes on', subject: prefix });
  }
}

const PASSING = ['UPSTREAM_UNREACHABLE', 'UPSTREAM_TIMEOUT', 'DATABASE_UNAVAILABLE'];
/** The source knows no move of this node's; or one in a state that does not allow what was asked. */
const UNKNOWN = [401, 403, 404];
const REFUSED = [...UNKNOWN, 409];

/** What a failure makes of a pull: the same state is tried again. */
function stateAfter(error: unknown, state: MoveState): MoveState {
  const status = statusOf(error) ?? 0;
  // An answer to `release` was lost: a source forgets who has taken over, and nobody else.
  if (state === 'taken') return UNKNOWN.includes(status) ? 'done' : state;
  // Only a refusal says that the source has not given it away.
  if (state === 'finishing') return REFUSED.includes(status) ? 'failed' : state;
  return error instanceof KapokError && PASSING.includes(error.code) ? state : 'failed';
}
