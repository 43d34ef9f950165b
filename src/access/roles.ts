import type { Permission } from '../../proto/http/permission.ts';
import { PERMISSIONS } from '../../proto/http/permission.ts';
import type { Role } from '../../proto/http/roles.ts';

/** What each role may do within the scope of its grant. */
export const ROLES: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  /** 平台管理员: runs the node. */
  operator: new Set(PERMISSIONS),
  /** 审核员: decides on filings and prefixes, sees no records that are not public. */
  reviewer: new Set<Permission>(['prefixes.read', 'prefixes.govern', 'filings.review']),
  /** 企业用户: registers what it makes. */
  registrant: new Set<Permission>([
    'records.read',
    'records.register',
    'records.change',
    'records.withdraw',
    'templates.publish',
    'prefixes.read',
  ]),
  /** 监管: sees everything, changes nothing. */
  auditor: new Set<Permission>(['records.read', 'prefixes.read', 'feed.read', 'audit.read', 'node.watch']),
  /** 设备: keeps the records it was given up to date. */
  device: new Set<Permission>(['records.read', 'records.change']),
  /** The node above: it follows what is public, and reads nothing else. */
  mirror: new Set<Permission>(['feed.read']),
  /** A node that a prefix was offered to, until it has it: governance/moves gives and takes it. */
  mover: new Set<Permission>(['records.move']),
};
