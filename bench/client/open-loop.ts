import { setTimeout } from 'node:timers/promises';
import { Connection, type ConnectionEvents, type Pending } from './connection.ts';
import { isOverdue, type Looped, SWEEP, TIMED_OUT } from './looped.ts';
import { Queue } from './queue.ts';

/** Milliseconds after which an unused connection is closed: a server may close it after 5 s, just as we send. */
const MAX_IDLE = 3_000;

/** Connections that are opened at once: a server takes one a turn of its event loop (libuv 1.45 and later). */
const AT_ONCE = 16;

export interface OpenLooped extends Looped {
  readonly rate: number;
  /** All connections are open before the clock starts, and stay so. */
  readonly standing?: boolean;
}

/**
 * Requests at a constant rate, whatever becomes of them. Latency counts from the moment that each was to be sent: what has to wait
 * because the server is slow, or because this process is late, waits on the clock (no coordinated omission). Node's timers
 * make it late by up to a millisecond.
 */
export async function runOpenLoop(looped: OpenLooped): Promise<void> {
  const { next, tally, seconds, rate, timeout, standing } = looped;
  const lines = new Lines(looped);
  if (standing) await lines.openAll();
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
  readonly #looped: OpenLooped;
  /** Those that wait for their first answer, and what is told of it; it counts for nothing. */
  readonly #opening = new Map<Connection, (failure?: Error) => void>();
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  readonly #queue = new Queue<Pending>();
  #closed = false;
  readonly #events: ConnectionEvents = {
    answered: (connection, pending, answer) => {
      if (!this.#opening.has(connection)) this.#looped.tally.answered(pending, answer, performance.now());
      this.#opened(connection);
      if (!connection.closing) this.#release(connection);
    },
    ended: (connection, pending, reason) => {
      this.#all.delete(connection);
      this.#opened(connection, new Error(`A connection ended before its first answer: ${reason}`));
      const at = this.#free.indexOf(connection);
      if (at >= 0) this.#free.splice(at, 1);
      const now = performance.now();
      if (pending !== null) this.#looped.tally.broken(pending, { reason, now, timeout: reason === TIMED_OUT });
      const waiting = this.#closed ? undefined : this.#queue.shift();
      if (waiting !== undefined) this.dispatch(waiting);
    },
  };

  constructor(looped: OpenLooped) {
    this.#looped = looped;
  }

  get isBusy(): boolean {
    return this.#queue.size > 0 || this.#all.size > this.#free.length;
  }

  /** Throws when one of them ends without an answer. */
  async openAll(): Promise<void> {
    const { next, connections, timeout } = this.#looped;
    const openSome = async () => {
      while (this.#all.size < connections) {
        const connection = this.#connect();
        const opened = new Promise<void>((resolve, reject) =>
          this.#opening.set(connection, (failure) => (failure === undefined ? resolve() : reject(failure))),
        );
        connection.send({ asked: next(0), intended: performance.now() });
        await opened;
      }
    };
    const overdue = setInterval(() => this.sweep(performance.now(), timeout), SWEEP);
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, openSome));
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearInterval(overdue);
    }
  }

  #opened(connection: Connection, failure?: Error): void {
    this.#opening.get(connection)?.(failure);
    this.#opening.delete(connection);
  }

  #connect(): Connection {
    const connection = new Connection(this.#looped.url, this.#events);
    this.#all.add(connection);
    return connection;
  }

  dispatch(pending: Pending): void {
    let connection = this.#free.pop();
    if (connection === undefined) {
      if (this.#all.size >= this.#looped.connections) {
        this.#queue.push(pending);
        return;
      }
      connection = this.#connect();
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
    if (this.#looped.standing === true) return;
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
