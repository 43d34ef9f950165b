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
] as const;

export type Permission = (typeof PERMISSIONS)[number];
