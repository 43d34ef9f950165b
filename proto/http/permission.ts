/** What a route can ask of its caller; `public` asks nothing. Roles (src/access/roles.ts) grant the others for a prefix subtree. */
export const PERMISSIONS = [
  'public',
  /** Private values, history, lists and exports. */
  'records.read',
  'records.register',
  'records.change',
  'records.withdraw',
  'templates.publish',
  'prefixes.read',
  /** Allot, delegate, suspend and revoke what lies below. */
  'prefixes.govern',
  /** Tokens and grants. */
  'access.manage',
  /** Follow what changes. */
  'feed.read',
  /** Write one's own organisation, filings, applications, webhooks, transfers. The organisation itself needs no role for it. */
  'filings.apply',
  /** See what is filed and decide on it. */
  'filings.review',
  /** Read who did what, and export it. */
  'audit.read',
  /** Remove what is older than it must be kept. */
  'audit.prune',
  /** Probes, statistics and reports of the node. */
  'node.watch',
  /** Deposit the node's data, and restore it. */
  'node.escrow',
  /** Take over all that a prefix holds, when it was offered to this caller. */
  'records.move',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
