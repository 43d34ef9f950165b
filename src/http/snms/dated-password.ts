import { createHash, timingSafeEqual } from 'node:crypto';

/** Clocks may differ by this much around midnight, in milliseconds. */
const SKEW = 5 * 60_000;
const CHINA = 8 * 3_600_000;

/** What `/identity/token/v1` takes: hex(sha256(hex(sha256(password)) + "yyyy-MM-dd")). */
export function datedPassword(password: string | Uint8Array, day: string): string {
  return sha256(sha256(password) + day);
}

/** The days, in China's time, that a client may take for today. */
export function currentDays(now: number): string[] {
  const days = [now - SKEW, now + SKEW].map((at) => new Date(at + CHINA).toISOString().slice(0, 10));
  return [...new Set(days)];
}

/** Whether a text is what that password gives on one of the days. Takes the same time for every text of that length. */
export function isDatedPassword(text: string, password: Uint8Array, days: readonly string[]): boolean {
  const given = Buffer.from(text.toLowerCase());
  const equal = days.map((day) => {
    const right = Buffer.from(datedPassword(password, day));
    return right.length === given.length && timingSafeEqual(right, given);
  });
  return equal.includes(true);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
