import { KapokError } from '../errors/kapok-error.ts';

/** SQLSTATEs that say "not now" (PostgreSQL, appendix A); class 08 is a lost connection. */
const UNAVAILABLE = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** SQLSTATEs of races that a second try settles. */
const RETRYABLE = new Set(['40001', '40P01', '23505']);

/** The error as the rest of Kapok knows it: DATABASE_UNAVAILABLE when the server cannot be reached, else unchanged. */
export function asDatabaseError(error: unknown): unknown {
  if (error instanceof KapokError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // pg has no code for a pool that timed out or a socket that closed under a query.
  const lost =
    /connection terminated|connection timeout|timeout exceeded when trying to connect|client has encountered/i;
  if (UNAVAILABLE.has(code) || code.startsWith('08') || lost.test(error.message)) {
    return new KapokError('DATABASE_UNAVAILABLE', { cause: error });
  }
  return error;
}

export function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && RETRYABLE.has(String(error.code));
}
