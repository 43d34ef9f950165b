import type { Queryable } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Actor } from '../audit/append-audit.ts';
import { stepAllotment } from './act-on-allotment.ts';
import type { Allotment, SuspensionCause } from './allotment.ts';
import { lockAllotments, storeAllotment } from './allotment-table.ts';

export interface HeldChange {
  readonly organisation: string;
  readonly cause: Exclude<SuspensionCause, 'authority'>;
  readonly actor: Actor;
  /** Told and recorded with each prefix. */
  readonly reason: string;
}

/** A suspension takes no time, and ends in no quarantine. */
const TIMELESS = { now: new Date(0), quarantineDays: 0 } as const;

/**
 * Locks the prefixes of an organisation. Before the row of the organisation: whoever gives a prefix holds the prefix first, and
 * then looks at the organisation.
 */
export async function lockHeld(tx: Queryable, organisation: string): Promise<Allotment[]> {
  const text = 'select prefix from allotments where organisation = $1 order by prefix';
  const rows = await tx.query<{ prefix: Prefix }>({ name: 'prefixes_of_organisation', text }, [organisation]);
  const names = rows.map(({ prefix }) => prefix);
  const locked = names.length === 0 ? [] : [...(await lockAllotments(tx, names)).values()];
  return locked.filter((allotment) => allotment.organisation === organisation);
}

/** What follows for the prefixes of an organisation that is suspended itself, or whose filing is in force no more. */
export async function suspendHeld(tx: Queryable, { organisation, cause, actor, reason }: HeldChange): Promise<void> {
  for (const allotment of await lockHeld(tx, organisation)) {
    const { prefix, state, suspendedBy } = allotment;
    if (state === 'allotted') {
      const deed = { prefix, action: 'suspend', by: 'system', actor, reason, cause, ...TIMELESS } as const;
      await stepAllotment(tx, allotment, deed);
    } else if (state === 'suspended' && !suspendedBy.includes(cause))
      await storeAllotment(tx, { ...allotment, suspendedBy: [...suspendedBy, cause] });
  }
}

/** The reverse: of the prefixes that were suspended by this cause, those resolve again that no other one holds back. */
export async function resumeHeld(tx: Queryable, { organisation, cause, actor, reason }: HeldChange): Promise<void> {
  for (const allotment of await lockHeld(tx, organisation)) {
    const { prefix, state, suspendedBy } = allotment;
    if (state !== 'suspended' || !suspendedBy.includes(cause)) continue;
    const others = suspendedBy.filter((one) => one !== cause);
    if (others.length > 0) await storeAllotment(tx, { ...allotment, suspendedBy: others });
    else {
      const deed = { prefix, action: 'resume', by: 'system', actor, reason, cause, ...TIMELESS } as const;
      await stepAllotment(tx, allotment, deed);
    }
  }
}
