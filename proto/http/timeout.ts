/**
 * How long the caller will wait for a resolution, in whole milliseconds: a node that asks another one for its own caller passes on
 * what is left, so that nobody works on an answer that nobody waits for. A node never takes longer than its own deadline.
 */
export const TIMEOUT_HEADER = 'kapok-timeout';
