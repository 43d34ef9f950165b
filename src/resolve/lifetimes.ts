/**
 * How long answers are kept, in seconds. The change feed takes back what the node itself has said, so its own answers
 * live as long as their values allow. Nothing tells yet when another node's answers change: they live a second, the same
 * bound as that of the node's own answers when its feed cannot be read. A suspension below shows above within it.
 */
export const ABSENT_TTL = 60;
export const WITHDRAWN_TTL = 60;
export const REMOTE_TTL_MAX = 1;
/** An answer that outlived its time is still given while its source cannot be reached (RFC 8767 §5), up to a day. */
export const STALE_MAX = 86_400;
