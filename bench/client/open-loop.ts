import { setTimeout } from 'node:timers/promises';
import { Connection, type ConnectionEvents, type Pending } from './connection.ts';
import { isOverdue, type Looped, SWEEP, TIMED_OUT } from './looped.ts';
import { Queue } from './queue.ts';

/** Milliseconds after which an unused connection is closed: a server may close it after 5 s, just as we send. */
const MAX_IDLE = 3_000;

/**
 * Requests at a constant rate, whatever becomes of them. Latency counts from the moment that each was to be sent: what has to wait
 * because the server is slow, or because this process is late, waits on the clock (no coordinated omission). Node's timers
 * make it late by up to a millisecond.
 */
export async function runOpenLoop(looped: Looped & { readonly rate: number }): Promise<void> {
  const { next, tally, seconds, rate, timeout } = looped;
  const lines = new Lines(looped);
  const total = Math.max(1, Math.round(rate * seconds));
  const begun = performance.now();
  tally.begin(begun);
  let swept = begun;
  for (let count = 0; count < total || lines.isBusy; ) {
    const now = performance.now();
    for (; count < total && begun + (1000 * count) / rate <= now; count++)
      lines.dispatch({ asked: next(0), intended: begun + (1000 * count) / rate });
    if (now - swept >= SWEEP) {
      lines.sweep(now, timeout);
      swept = now;
    }
    await setTimeout(1);
  }
  lines.close();
}

/** The connections of an open loop: as many as are needed, up to a bound, behind which requests queue. */
class Lines {
  readonly #looped: Looped;
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  readonly #queue = new Queue<Pending>();
  #closed = false;
  readonly #events: ConnectionEvents = {
    answered: (connection, pending, answer) => {
      this.#looped.tally.answered(pending, answer, performance.now());
      if (!connection.closing) this.#release(connection);
    },
    ended: (connection, pending, reason) => {
      this.#all.delete(connection);
      const at = this.#free.indexOf(connection);
      if (at >= 0) this.#free.splice(at, 1);
      const now = performance.now();
      if (pending !== null) this.#looped.tally.broken(pending, { reason, now, timeout: reason === TIMED_OUT });
      const waiting = this.#closed ? undefined : this.#queue.shift();
      if (waiting !== undefined) this.dispatch(waiting);
    },
  };

  constructor(looped: Looped) {
    this.#looped = looped;
  }

  get isBusy(): boolean {
    return this.#queue.size > 0 || this.#all.size > this.#free.length;
  }

  dispatch(pending: Pending): void {
    let connection = this.#free.pop();
    if (connection === undefined) {
      if (this.#all.size >= this.#looped.connections) {
        this.#queue.push(pending);
        return;
      }
      connection = new Connection(this.#looped.url, this.#events);
      this.#all.add(connection);
    }
    this.#send(connection, pending);
  }

  /** Gives up what waits too long, and closes what nobody needs. */
  sweep(now: number, timeout: number): void {
    for (const connection of this.#all) {
      if (isOverdue(connection.pending, now, timeout)) connection.destroy(TIMED_OUT);
    }
    while (isOverdue(this.#queue.first ?? null, now, timeout))
      this.#looped.tally.broken(this.#queue.shift() as Pending, { reason: TIMED_OUT, now, timeout: true });
    while (this.#free[0] !== undefined && now - this.#free[0].idleSince > MAX_IDLE) this.#free.shift()?.destroy('idle');
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#all) connection.destroy('done');
  }

  #release(connection: Connection): void {
    const waiting = this.#queue.shift();
    if (waiting === undefined) this.#free.push(connection);
    else this.#send(connection, waiting);
  }

  #send(connection: Connection, pending: Pending): void {
    this.#looped.tally.sent(pending, performance.now());
    connection.send(pending);
  }
}
