import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { NewPrefix } from '../../registry/write-prefixes.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { getTransition, type Party } from '../machine.ts';
import { appendNotice } from '../notices/append-notice.ts';
import { getVerified } from '../organisations/organisation-table.ts';
import {
  ALLOTMENT_TRANSITIONS,
  type Allotment,
  type AllotmentAction,
  type AllotmentState,
  type SuspensionCause,
} from './allotment.ts';
import { allotmentNotFound, lockAllotment, storeAllotment } from './allotment-table.ts';
import { showInPrefixes } from './show-in-prefixes.ts';

/** What a prefix is given when it is allotted or changed. */
export type PrefixChange = Partial<Pick<NewPrefix, 'site' | 'ttl' | 'suffixCase' | 'label'>>;

export interface AllotmentDeed {
  readonly prefix: Prefix;
  /** `apply` and `release` have functions of their own: they do more. */
  readonly action: Exclude<AllotmentAction, 'apply' | 'release'>;
  readonly by: Party;
  readonly actor: Actor;
  readonly reason?: string | null | undefined;
  /** Of `allot` and `delegate`; what it does not say is as before, or a default. */
  readonly change?: PrefixChange;
  /** Of `transfer` and `takeBack`: who holds it from now on. */
  readonly organisation?: string;
  /** Of `suspend` and `resume`; otherwise a decision on the prefix itself. */
  readonly cause?: SuspensionCause;
  readonly now: Date;
  readonly quarantineDays: number;
}

const DAY = 86_400_000;

/**
 * One step of an allotment in the caller's transaction: its state, what that means in resolution, who may register there, the
 * audit entry and the notice. Throws TRANSITION_REFUSED for what the machine does not have, ORGANISATION_NOT_VERIFIED when
 * a prefix would go to one that is not. The caller announces when it is committed.
 */
export async function actOnAllotment(tx: Queryable, deed: AllotmentDeed): Promise<Allotment> {
  const current = await lockAllotment(tx, deed.prefix);
  if (current === null) throw allotmentNotFound(deed.prefix);
  return stepAllotment(tx, current, deed);
}

/** The same, of an allotment that is locked already. */
export async function stepAllotment(tx: Queryable, current: Allotment, deed: AllotmentDeed): Promise<Allotment> {
  const { prefix, action, by, reason, now, organisation } = deed;
  const step = { state: current.state, action, by };
  const { to } = getTransition(ALLOTMENT_TRANSITIONS, step, { reason, subject: prefix });
  const holder = organisation ?? current.organisation;
  if (holder === null) throw new Error(`Nobody holds ${prefix} in the state ${current.state}`);
  if (GIVING.includes(action)) await getVerified(tx, holder);
  if (action === 'resume') assertAlone(current, deed);
  const allotting = to === 'allotted' && current.state === 'under_review';
  const ends = new Date(now.getTime() + deed.quarantineDays * DAY).toISOString();
  const stored = await storeAllotment(tx, {
    ...current,
    organisation: holder,
    state: to,
    label: deed.change?.label || current.label,
    remarks: reason ?? (to === current.state ? current.remarks : null),
    suspendedBy: causesAfter(current, to, deed),
    allottedAt: allotting ? now.toISOString() : current.allottedAt,
    quarantineUntil: to === 'quarantined' ? ends : current.quarantineUntil,
  });
  await recordStep(tx, { before: current, after: stored, deed });
  await showInPrefixes(tx, { before: current, after: stored, deed });
  return stored;
}

/** A suspended prefix that goes back to who had it waits for a word of the authority: the causes were those of the other holder. */
function causesAfter(
  { suspendedBy }: Allotment,
  to: AllotmentState,
  { action, cause = 'authority' }: AllotmentDeed,
): readonly SuspensionCause[] {
  if (to !== 'suspended') return [];
  return action === 'suspend' ? [...suspendedBy, cause] : ['authority'];
}

/** What else a prefix is suspended by must end first. */
function assertAlone({ prefix, suspendedBy }: Allotment, { cause = 'authority' }: AllotmentDeed): void {
  const others = suspendedBy.filter((one) => one !== cause);
  if (others.length === 0) return;
  const message = `Prefix ${prefix} is suspended by what became of its ${others.join(' and its ')}: it resumes with that`;
  throw new KapokError('PREFIX_STATE', { message, subject: prefix });
}

const GIVING: readonly AllotmentAction[] = ['allot', 'delegate', 'transfer'];

export interface Step {
  /** Null: it was never applied for. */
  readonly before: Allotment | null;
  readonly after: Allotment;
}

/** What the record of a step needs to know of what was done. */
export type RecordedDeed = Pick<AllotmentDeed, 'actor' | 'reason' | 'change'> & { readonly action: AllotmentAction };

/** The audit entry of a step, and what those are told who held the prefix before and hold it after. */
export async function recordStep(tx: Queryable, { before, after, deed }: Step & { deed: RecordedDeed }): Promise<void> {
  const { prefix, state, remarks } = after;
  const { action, actor, reason = null, change } = deed;
  const shown = (allotment: Allotment | null) =>
    allotment && {
      ...{ state: allotment.state, organisation: allotment.organisation },
      ...(allotment.suspendedBy.length > 0 ? { suspendedBy: allotment.suspendedBy } : {}),
    };
  const about = { kind: 'allotment', id: prefix };
  const states = { before: shown(before), after: { ...shown(after), ...change } };
  await appendAudit(tx, { action: `allotment.${action}`, actor, ...about, prefix, reason, ...states });
  const until = state === 'quarantined' ? { quarantineUntil: after.quarantineUntil } : {};
  const told = new Set([before?.organisation ?? null, after.organisation]);
  for (const organisation of told) {
    if (organisation === null) continue;
    const body = { action, state, remarks, ...until };
    await appendNotice(tx, { organisation, kind: `allotment.${action}`, prefix, about, body });
  }
}
