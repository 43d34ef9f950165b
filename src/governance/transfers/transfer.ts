import type { Prefix } from '../../identifier/prefix.ts';
import type { TransitionTable } from '../machine.ts';

export const TRANSFER_STATES = [
  ...(['offered', 'accepted', 'final', 'taken_back', 'declined', 'withdrawn', 'expired'] as const),
] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

export const TRANSFER_ACTIONS = ['accept', 'decline', 'withdraw', 'takeBack', 'finish', 'expire'] as const;
export type TransferAction = (typeof TRANSFER_ACTIONS)[number];

/** Of the organisations the receiver accepts or declines, the giver withdraws. */
export const TRANSFER_TRANSITIONS = [
  { from: 'offered', action: 'accept', by: 'organisation', to: 'accepted' },
  { from: 'offered', action: 'decline', by: 'organisation', to: 'declined' },
  { from: 'offered', action: 'withdraw', by: 'organisation', to: 'withdrawn' },
  { from: 'offered', action: 'expire', by: 'system', to: 'expired' },
  { from: 'accepted', action: 'takeBack', by: 'authority', to: 'taken_back', reason: 'required' },
  { from: 'accepted', action: 'finish', by: 'system', to: 'final' },
] as const satisfies TransitionTable<TransferState, TransferAction>;

/** A prefix or an identifier on its way from one holder to another. */
export interface Transfer {
  readonly id: string;
  readonly prefix: Prefix;
  /** Null: the prefix itself. */
  readonly suffixKey: string | null;
  readonly identifier: string | null;
  /** Organisations, where they are known here. */
  readonly giver: string | null;
  readonly receiver: string | null;
  /** The key that administers the identifier once it is accepted. */
  readonly key: string | null;
  readonly state: TransferState;
  readonly offeredBy: string;
  /** Moments: RFC 3339, UTC. */
  readonly offeredAt: string;
  readonly expiresAt: string;
  readonly acceptedAt: string | null;
  readonly until: string | null;
  readonly remarks: string | null;
  readonly version: number;
}

/** How long an offer is open, in days. */
export const OFFER_DAYS = 30;
