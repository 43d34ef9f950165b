/**
 * How long answers are kept, in seconds. The change feed takes back what the node itself has said, and what other nodes have
 * said while they are followed: both live as long as their values allow. Answers of a node that is not followed live a second,
 * the same bound as that of the node's own answers when its feed cannot be read.
 */
export const ABSENT_TTL = 60;
export const WITHDRAWN_TTL = 60;
export const REMOTE_TTL_MAX = 1;
/**
 * In Redis an answer that is held is not taken back: of the second in which every node must say that a prefix is suspended, half is
 * left for asking again.
 */
export const HELD_IN_REDIS_TTL_MAX = 0.5;
/** An answer that outlived its time is still given while its source cannot be reached (RFC 8767 §5), up to a day. */
export const STALE_MAX = 86_400;
