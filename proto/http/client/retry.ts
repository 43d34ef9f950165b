import type { Operation } from '../operation.ts';

const ATTEMPTS = 4;
/** Milliseconds that one call waits in all. Who is told to wait longer is told so. */
const PATIENCE = 30_000;
const FIRST_WAIT = 250;

/** Whether sending a request again does nothing twice. A condition may hold no longer once the first one did its work. */
export function isRepeatable({ method }: Operation, headers: Readonly<Record<string, string>>): boolean {
  if (headers['idempotency-key'] !== undefined) return true;
  if (headers['if-match'] !== undefined || headers['if-none-match'] !== undefined) return method === 'GET';
  return method === 'GET' || method === 'PUT' || method === 'DELETE';
}

/** Milliseconds until the next attempt; null: there is none. `attempt` is how many were made, `waited` how long was waited. */
export function waitBefore(answer: Response, { attempt, waited }: { attempt: number; waited: number }): number | null {
  if ((answer.status !== 429 && answer.status !== 503) || attempt >= ATTEMPTS) return null;
  const asked = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const wait = Number.isFinite(asked) && asked >= 0 ? asked * 1000 : FIRST_WAIT * 2 ** (attempt - 1);
  return waited + wait > PATIENCE ? null : wait;
}

/** Ends at once with the signal's reason. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
