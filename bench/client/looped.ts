import type { Pending } from './connection.ts';
import type { NextRequest } from './sources.ts';
import type { Tally } from './tally.ts';

/** What a loop works on. */
export interface Looped {
  readonly url: URL;
  readonly next: NextRequest;
  readonly tally: Tally;
  readonly seconds: number;
  /** Of a closed loop: requests after which it ends, before the time is up. */
  readonly most?: number;
  /** Milliseconds after which a request is given up. */
  readonly timeout: number;
  /** Of an open loop: at most. */
  readonly connections: number;
}

/** Milliseconds between two looks for requests that are overdue. */
export const SWEEP = 20;
export const TIMED_OUT = 'timeout';

export function isOverdue(pending: Pending | null, now: number, timeout: number): boolean {
  return pending !== null && now - pending.intended > timeout;
}
