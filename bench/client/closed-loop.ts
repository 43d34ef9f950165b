import { setTimeout } from 'node:timers/promises';
import { Connection, type ConnectionEvents } from './connection.ts';
import { isOverdue, type Looped, SWEEP, TIMED_OUT } from './looped.ts';

/** Milliseconds before a connection that broke is made anew. */
const PAUSE = 50;

/** Each connection sends its next request when it has its answer, until the time is up; then all wait for what is under way. */
export async function runClosedLoop(looped: Looped): Promise<void> {
  const { url, next, tally, seconds, timeout, connections, most = Number.POSITIVE_INFINITY } = looped;
  const end = performance.now() + 1000 * seconds;
  tally.until = end;
  let sent = 0;
  const open = new Map<Connection, number>();
  const send = (connection: Connection, lane: number) => {
    const now = performance.now();
    if (now >= end || sent === most || connection.closing) return connection.destroy('done');
    sent++;
    connection.send({ asked: next(lane), intended: now });
  };
  const events: ConnectionEvents = {
    answered: (connection, pending, answer) => {
      tally.answered(pending, answer, performance.now());
      send(connection, open.get(connection) as number);
    },
    ended: (connection, pending, reason) => {
      const lane = open.get(connection) as number;
      open.delete(connection);
      const now = performance.now();
      if (pending !== null) tally.broken(pending, { reason, now, timeout: reason === TIMED_OUT });
      if (now < end) globalThis.setTimeout(start, pending === null ? 0 : PAUSE, lane);
    },
  };
  const start = (lane: number) => {
    if (performance.now() >= end || sent === most) return;
    const connection = new Connection(url, events);
    open.set(connection, lane);
    send(connection, lane);
  };
  for (let lane = 0; lane < connections; lane++) start(lane);
  while ((performance.now() < end && sent < most) || open.size > 0) {
    await setTimeout(SWEEP);
    const now = performance.now();
    for (const connection of open.keys()) {
      if (isOverdue(connection.pending, now, timeout)) connection.destroy(TIMED_OUT);
    }
  }
}
