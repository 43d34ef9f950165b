import { KapokError } from '../../errors/kapok-error.ts';

/** A failure whose message is what a client of the second-level interface shows, word for word: a refusal, whatever its code. */
export class SecondLevelError extends KapokError {}

/** Something that the request says is wrong. */
export function refused(message: string, at?: string): SecondLevelError {
  return new SecondLevelError('BAD_REQUEST', { message, at });
}
