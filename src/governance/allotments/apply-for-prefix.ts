import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { isUnder, lineage, type Prefix, parentOf } from '../../identifier/prefix.ts';
import type { PrefixStatus } from '../../registry/prefix-entry.ts';
import type { Actor } from '../audit/append-audit.ts';
import { getTransition } from '../machine.ts';
import { getVerified } from '../organisations/organisation-table.ts';
import { recordStep } from './act-on-allotment.ts';
import { ALLOTMENT_TRANSITIONS, type Allotment, isHeld } from './allotment.ts';
import { type AllotmentRule, assertAllottable, DEFAULT_RULE } from './allotment-rule.ts';
import { lockAllotment, storeAllotment } from './allotment-table.ts';
import { findRule, nextFreePrefix } from './rule-table.ts';

/** What is asked for: a prefix by its name, or the next free number below one. */
export type Wish = { readonly prefix: Prefix } | { readonly parent: Prefix };

export interface Application {
  readonly wish: Wish;
  readonly organisation: string;
  readonly label: string;
  readonly purpose: string;
  readonly actor: Actor;
  readonly now: Date;
  /** The prefix of this node; null: it allots none. */
  readonly own: Prefix | null;
}

/**
 * An organisation applies for a prefix, or hands in again what was returned. Throws ORGANISATION_NOT_VERIFIED, NOT_RESPONSIBLE,
 * PREFIX_FORM, PREFIX_RESERVED, PREFIX_TAKEN or PREFIX_QUARANTINED.
 */
export async function applyForPrefix(tx: Queryable, application: Application): Promise<Allotment> {
  const { wish, organisation, label, purpose, actor, now, own } = application;
  const parent = 'parent' in wish ? wish.parent : (parentOf(wish.prefix) ?? wish.prefix);
  const rule = await getRule(tx, { parent, own, subject: 'prefix' in wish ? wish.prefix : parent });
  const prefix = 'prefix' in wish ? wish.prefix : await nextFreePrefix(tx, parent, rule);
  if ('prefix' in wish) assertAllottable(prefix, rule);
  const current = await lockAllotment(tx, prefix);
  const { name } = await getVerified(tx, organisation);
  assertFree(await statusOf(tx, prefix), { current, prefix, organisation, now });
  const step = { state: current?.state ?? 'free', action: 'apply', by: 'organisation' } as const;
  const { to } = getTransition(ALLOTMENT_TRANSITIONS, step, { subject: prefix });
  const after = await storeAllotment(tx, {
    ...{ prefix, parent, organisation, label: label || name, purpose, state: to },
    ...{ remarks: null, suspendedBy: [], appliedAt: now.toISOString(), allottedAt: null, quarantineUntil: null },
  });
  // A former applicant is not told who comes after him.
  const before = current?.organisation === organisation ? current : null;
  await recordStep(tx, { before, after, deed: { action: 'apply', actor } });
  return after;
}

/** The rule of the prefix above, which must be hosted here and active. Below the node's own prefix there always is one. */
async function getRule(
  tx: Queryable,
  { parent, own, subject }: { parent: Prefix; own: Prefix | null; subject: Prefix },
): Promise<AllotmentRule> {
  const refuse = (reason: string) => {
    const message = `Prefix ${subject} ${reason}`;
    return new KapokError('NOT_RESPONSIBLE', { message, at: 'prefix', subject });
  };
  if (own === null || !isUnder(parent, own))
    throw refuse(`does not lie below this node (${own ?? 'which allots none'})`);
  const above = [...lineage(parent)].filter((prefix) => isUnder(prefix, own));
  const text = `select prefix, status, site is not null as away from prefixes where prefix = any($1) order by prefix`;
  const rows = await tx.query<{ prefix: Prefix; status: PrefixStatus; away: boolean }>(text, [above]);
  const withdrawn = rows.find(({ status }) => status !== 'active');
  if (withdrawn !== undefined) throw refuse(`lies below ${withdrawn.prefix}, which is ${withdrawn.status}`);
  const away = rows.find((row) => row.away);
  if (away !== undefined) throw refuse(`lies below ${away.prefix}, which another node answers for: apply there`);
  const rule = await findRule(tx, parent);
  if (rule !== null) return rule;
  if (parent === own) return DEFAULT_RULE;
  throw refuse(`does not lie directly below a prefix that this node allots from, such as ${own}`);
}

async function statusOf(tx: Queryable, prefix: Prefix): Promise<PrefixStatus | null> {
  const text = 'select status from prefixes where prefix = $1';
  const [row] = await tx.query<{ status: PrefixStatus }>({ name: 'prefix_status', text }, [prefix]);
  return row?.status ?? null;
}

interface Place {
  readonly current: Allotment | null;
  readonly prefix: Prefix;
  readonly organisation: string;
  readonly now: Date;
}

/** Says no more of another's application than that there is one. */
function assertFree(status: PrefixStatus | null, { current, prefix, organisation, now }: Place): void {
  const refuse = (code: 'PREFIX_TAKEN' | 'PREFIX_QUARANTINED', reason: string) =>
    new KapokError(code, { message: `Prefix ${prefix} ${reason}`, at: 'prefix', subject: prefix });
  if (current?.state === 'quarantined') {
    const isOver = Date.parse(current.quarantineUntil ?? '') <= now.getTime();
    const when = isOver ? 'until it has been cleared, which is under way' : `before ${current.quarantineUntil}`;
    throw refuse('PREFIX_QUARANTINED', `was revoked, and is given to nobody ${when}`);
  }
  if (current !== null && isHeld(current.state)) {
    if (current.organisation === organisation) return;
    throw refuse('PREFIX_TAKEN', 'is taken: another organisation holds it, or has applied for it');
  }
  if (status === 'revoked' && current === null) throw refuse('PREFIX_TAKEN', 'was revoked for good by its authority');
  if (status !== null && status !== 'revoked') throw refuse('PREFIX_TAKEN', 'is taken: it was allotted already');
}
