import type { Permission } from '../../proto/http/permission.ts';
import { isUnder, type Prefix, parentOf } from '../identifier/prefix.ts';
import type { Caller, Scope } from './caller.ts';
import { ROLES } from './roles.ts';

/** Whether a caller may do something at a prefix; '' is the node as a whole. The one place that decides. */
export function may(caller: Caller, permission: Permission, at: Prefix | ''): boolean {
  return scopesOf(caller, permission).some((scope) => scope === '' || (at !== '' && isUnder(at, scope)));
}

/** The subtrees in which a caller may do something. */
export function scopesOf({ grants }: Caller, permission: Permission): Scope[] {
  return grants.flatMap(({ role, scope }) => (ROLES[role].has(permission) ? [scope] : []));
}

/** Where the right to govern a prefix lies: with who governs the one above. */
export function governorOf(prefix: Prefix): Prefix | '' {
  return parentOf(prefix) ?? '';
}
