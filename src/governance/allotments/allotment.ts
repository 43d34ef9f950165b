import type { Prefix } from '../../identifier/prefix.ts';
import type { TransitionTable } from '../machine.ts';

export const ALLOTMENT_STATES = [
  ...(['free', 'applied', 'under_review', 'returned', 'refused', 'cancelled'] as const),
  ...(['allotted', 'suspended', 'quarantined'] as const),
] as const;
export type AllotmentState = (typeof ALLOTMENT_STATES)[number];

export const ALLOTMENT_ACTIONS = [
  ...(['apply', 'review', 'return', 'refuse', 'cancel', 'allot', 'delegate', 'host'] as const),
  ...(['suspend', 'resume', 'revoke', 'transfer', 'takeBack', 'release'] as const),
] as const;
export type AllotmentAction = (typeof ALLOTMENT_ACTIONS)[number];

/** What a prefix can be suspended by: a decision on itself, or what has become of its organisation or of that one's filing. */
export const SUSPENSION_CAUSES = ['authority', 'organisation', 'filing'] as const;
export type SuspensionCause = (typeof SUSPENSION_CAUSES)[number];

/** A prefix 前缀 that was applied for. */
export interface Allotment {
  readonly prefix: Prefix;
  /** The prefix from which it is allotted. */
  readonly parent: Prefix;
  /** Who has applied for it, or holds it; null: nobody. */
  readonly organisation: string | null;
  readonly state: AllotmentState;
  readonly label: string;
  /** What the applicant says it is for. */
  readonly purpose: string;
  /** What the authority said last. */
  readonly remarks: string | null;
  /** Empty unless it is suspended. */
  readonly suspendedBy: readonly SuspensionCause[];
  /** Moments: RFC 3339, UTC. */
  readonly appliedAt: string | null;
  readonly allottedAt: string | null;
  readonly quarantineUntil: string | null;
  readonly version: number;
  readonly updatedAt: string;
}

/** `free` is also the state of a prefix that nobody ever applied for. Allotted is hosted or delegated: its site says which. */
export const ALLOTMENT_TRANSITIONS = [
  { from: 'free', action: 'apply', by: 'organisation', to: 'applied' },
  { from: 'applied', action: 'review', by: 'authority', to: 'under_review' },
  { from: 'applied', action: 'cancel', by: 'organisation', to: 'cancelled' },
  { from: 'under_review', action: 'return', by: 'authority', to: 'returned', reason: 'required' },
  { from: 'under_review', action: 'refuse', by: 'authority', to: 'refused', reason: 'required' },
  { from: 'under_review', action: 'cancel', by: 'organisation', to: 'cancelled' },
  { from: 'under_review', action: 'allot', by: 'authority', to: 'allotted' },
  { from: 'under_review', action: 'delegate', by: 'authority', to: 'allotted' },
  { from: 'returned', action: 'apply', by: 'organisation', to: 'applied' },
  { from: 'returned', action: 'cancel', by: 'organisation', to: 'cancelled' },
  { from: 'returned', action: 'refuse', by: 'authority', to: 'refused', reason: 'required' },
  { from: 'refused', action: 'apply', by: 'organisation', to: 'applied' },
  { from: 'cancelled', action: 'apply', by: 'organisation', to: 'applied' },
  { from: 'allotted', action: 'delegate', by: 'authority', to: 'allotted' },
  { from: 'allotted', action: 'delegate', by: 'system', to: 'allotted' },
  { from: 'allotted', action: 'host', by: 'authority', to: 'allotted' },
  { from: 'allotted', action: 'host', by: 'system', to: 'allotted' },
  { from: 'allotted', action: 'transfer', by: 'system', to: 'allotted' },
  { from: 'allotted', action: 'takeBack', by: 'system', to: 'allotted' },
  { from: 'allotted', action: 'suspend', by: 'authority', to: 'suspended', reason: 'required' },
  { from: 'allotted', action: 'suspend', by: 'system', to: 'suspended', reason: 'required' },
  { from: 'allotted', action: 'revoke', by: 'authority', to: 'quarantined', reason: 'required' },
  { from: 'suspended', action: 'resume', by: 'authority', to: 'allotted' },
  { from: 'suspended', action: 'resume', by: 'system', to: 'allotted' },
  { from: 'suspended', action: 'takeBack', by: 'system', to: 'suspended' },
  { from: 'suspended', action: 'revoke', by: 'authority', to: 'quarantined', reason: 'required' },
  { from: 'quarantined', action: 'release', by: 'system', to: 'free' },
] as const satisfies TransitionTable<AllotmentState, AllotmentAction>;

/** Whether somebody stands in these: nobody else can apply. */
export function isHeld(state: AllotmentState): boolean {
  return !['free', 'refused', 'cancelled'].includes(state);
}
