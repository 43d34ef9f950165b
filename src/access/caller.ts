import type { Role } from '../../proto/http/roles.ts';
import type { Prefix } from '../identifier/prefix.ts';

/** The prefix subtree that a grant is for; '' is the whole node. */
export type Scope = Prefix | '';

/** A role in a prefix subtree. */
export interface Grant {
  readonly role: Role;
  readonly scope: Scope;
}

/** Who is asking. */
export interface Caller {
  /** What history and logs name: the id of a token, or the subject. */
  readonly id: string;
  /**
   * Whom the credential speaks for: `300:PREFIX/name` (a key), `oidc:ISSUER#SUB`, `node:THUMBPRINT`, `org:UUID` (an
   * organisation); null for a token that was made for a role.
   */
  readonly subject: string | null;
  readonly grants: readonly Grant[];
  /** The organisations that it is, or is a member of: their ids. */
  readonly organisations: readonly string[];
}

/** Whether there is somebody behind a credential. A node's key anybody can make up: without a grant it is nobody's. */
export function isKnown({ subject, grants }: Caller): boolean {
  return grants.length > 0 || subject?.startsWith('node:') !== true;
}
