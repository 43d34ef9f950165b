/**
 * How long answers are kept, in seconds. The change feed takes back what the node itself has said, so its own answers
 * live as long as their values allow; what another node said is asked anew soon, for nothing tells when it changes.
 */
export const ABSENT_TTL = 60;
export const WITHDRAWN_TTL = 60;
export const REMOTE_TTL_MAX = 5;
/** An answer that outlived its time is still given while its source cannot be reached (RFC 8767 §5), up to a day. */
export const STALE_MAX = 86_400;
