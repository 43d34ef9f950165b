import type { FilingState } from '../../../proto/http/filings.ts';
import type { Party, TransitionTable } from '../machine.ts';

export type FilingAction =
  | ('edit' | 'submit' | 'discard' | 'confirm' | 'cancel')
  | ('review' | 'return' | 'accept' | 'suspend' | 'resume' | 'revoke')
  | 'lapse';

type Table = TransitionTable<FilingState, FilingAction>;

/** The state of a filing that nobody has submitted yet. */
export const FIRST_FILING_STATE: FilingState = 'draft';

/**
 * 备案. A change of an accepted filing is drafted and reviewed beside what is in force, which stays so; what is drafted outlives
 * a suspension. `lapse`: the year for which it was confirmed is over.
 */
export const FILING_TRANSITIONS: Table = [
  { from: 'draft', action: 'edit', by: 'organisation', to: 'draft' },
  { from: 'draft', action: 'submit', by: 'organisation', to: 'submitted' },
  { from: 'submitted', action: 'review', by: 'authority', to: 'under_review' },
  { from: 'under_review', action: 'return', by: 'authority', to: 'returned', reason: 'required' },
  { from: 'returned', action: 'edit', by: 'organisation', to: 'returned' },
  { from: 'returned', action: 'submit', by: 'organisation', to: 'submitted' },
  { from: 'under_review', action: 'accept', by: 'authority', to: 'accepted' },

  { from: 'accepted', action: 'edit', by: 'organisation', to: 'changing' },
  { from: 'changing', action: 'edit', by: 'organisation', to: 'changing' },
  { from: 'changing', action: 'discard', by: 'organisation', to: 'accepted' },
  { from: 'changing', action: 'submit', by: 'organisation', to: 'change_submitted' },
  { from: 'change_submitted', action: 'discard', by: 'organisation', to: 'accepted' },
  { from: 'change_submitted', action: 'review', by: 'authority', to: 'change_under_review' },
  { from: 'change_under_review', action: 'return', by: 'authority', to: 'changing', reason: 'required' },
  { from: 'change_under_review', action: 'accept', by: 'authority', to: 'accepted' },

  { from: 'accepted', action: 'confirm', by: 'organisation', to: 'accepted' },
  { from: 'changing', action: 'confirm', by: 'organisation', to: 'changing' },
  { from: 'accepted', action: 'lapse', by: 'system', to: 'overdue' },
  { from: 'changing', action: 'lapse', by: 'system', to: 'overdue' },
  { from: 'overdue', action: 'confirm', by: 'organisation', to: 'accepted' },

  ...(['accepted', 'changing', 'change_submitted', 'change_under_review', 'overdue'] as const).map(
    (from) => ({ from, action: 'suspend', by: 'authority', to: 'suspended', reason: 'required' }) as const,
  ),
  { from: 'suspended', action: 'resume', by: 'authority', to: 'accepted' },
  { from: 'suspended', action: 'revoke', by: 'authority', to: 'revoked', reason: 'required' },

  // Not while it is suspended: nobody leaves a measure of the authority by giving up what it is about.
  ...(['draft', 'submitted', 'under_review', 'returned', 'accepted'] as const).map(cancelled),
  ...(['changing', 'change_submitted', 'change_under_review', 'overdue'] as const).map(cancelled),
];

function cancelled(from: FilingState) {
  return { from, action: 'cancel', by: 'organisation' as Party, to: 'cancelled' } as const;
}

/** States in which what was accepted is in force. */
export const IN_FORCE: ReadonlySet<FilingState> = new Set<FilingState>([
  'accepted',
  'changing',
  'change_submitted',
  'change_under_review',
  'overdue',
]);

/** States in which the authority is to decide. */
export const TO_DECIDE: ReadonlySet<FilingState> = new Set<FilingState>([
  'submitted',
  'under_review',
  'change_submitted',
  'change_under_review',
]);
