import type { OrganisationState } from '../../../proto/http/organisation-data.ts';
import type { TransitionTable } from '../machine.ts';

export type OrganisationAction =
  | 'edit'
  | 'submit'
  | 'discard'
  | 'withdraw'
  | 'verify'
  | 'refuse'
  | 'suspend'
  | 'resume';

/** 主体核验. What is verified stays in force while a change of it is drafted (`changing`) and checked (`rechecking`). */
export const ORGANISATION_TRANSITIONS: TransitionTable<OrganisationState, OrganisationAction> = [
  { from: 'draft', action: 'edit', by: 'organisation', to: 'draft' },
  { from: 'draft', action: 'submit', by: 'organisation', to: 'submitted' },
  { from: 'draft', action: 'withdraw', by: 'organisation', to: 'withdrawn' },
  { from: 'submitted', action: 'verify', by: 'authority', to: 'verified' },
  { from: 'submitted', action: 'refuse', by: 'authority', to: 'refused', reason: 'required' },
  { from: 'submitted', action: 'withdraw', by: 'organisation', to: 'withdrawn' },
  { from: 'refused', action: 'edit', by: 'organisation', to: 'refused' },
  { from: 'refused', action: 'submit', by: 'organisation', to: 'submitted' },
  { from: 'refused', action: 'withdraw', by: 'organisation', to: 'withdrawn' },
  { from: 'verified', action: 'edit', by: 'organisation', to: 'changing' },
  { from: 'verified', action: 'suspend', by: 'authority', to: 'suspended', reason: 'required' },
  { from: 'verified', action: 'withdraw', by: 'organisation', to: 'withdrawn' },
  { from: 'changing', action: 'edit', by: 'organisation', to: 'changing' },
  { from: 'changing', action: 'submit', by: 'organisation', to: 'rechecking' },
  { from: 'changing', action: 'discard', by: 'organisation', to: 'verified' },
  { from: 'changing', action: 'suspend', by: 'authority', to: 'suspended', reason: 'required' },
  { from: 'rechecking', action: 'verify', by: 'authority', to: 'verified' },
  { from: 'rechecking', action: 'refuse', by: 'authority', to: 'changing', reason: 'required' },
  { from: 'rechecking', action: 'suspend', by: 'authority', to: 'suspended', reason: 'required' },
  { from: 'suspended', action: 'resume', by: 'authority', to: 'verified' },
];

/** Verified once: what was checked is not overwritten, and its change is kept beside it. */
export const IN_FORCE: ReadonlySet<OrganisationState> = new Set(['verified', 'changing', 'rechecking']);
