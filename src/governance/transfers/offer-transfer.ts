import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Identifier } from '../../identifier/identifier.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { isAdminValue } from '../../record/admin/bits.ts';
import type { Value } from '../../record/value.ts';
import { ALLOTMENT_TRANSITIONS } from '../allotments/allotment.ts';
import { allotmentNotFound, lockAllotment } from '../allotments/allotment-table.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { getTransition } from '../machine.ts';
import { appendNotice } from '../notices/append-notice.ts';
import { getVerified } from '../organisations/organisation-table.ts';
import { OFFER_DAYS, type Transfer } from './transfer.ts';
import { insertTransfer } from './transfer-table.ts';

const DAY = 86_400_000;

export interface Offer {
  /** Whose it is; null: the caller's own, who is no organisation. */
  readonly giver: string | null;
  readonly receiver: string | null;
  /** `300:PREFIX/name`, of an identifier: in its canonical form. */
  readonly key: string | null;
  readonly actor: Actor;
  readonly now: Date;
}

/** The prefix stays with its holder until the other accepts. Throws TRANSITION_REFUSED unless it is allotted and active. */
export async function offerPrefix(
  tx: Queryable,
  prefix: Prefix,
  offer: Offer & { giver: string; receiver: string },
): Promise<Transfer> {
  const { giver, receiver } = offer;
  const allotment = await lockAllotment(tx, prefix);
  if (allotment === null) throw allotmentNotFound(prefix);
  const step = { state: allotment.state, action: 'transfer', by: 'system' } as const;
  getTransition(ALLOTMENT_TRANSITIONS, step, { subject: prefix });
  if (allotment.organisation !== giver)
    throw new KapokError('PREFIX_STATE', { message: `Prefix ${prefix} has another holder by now`, subject: prefix });
  if (receiver === giver)
    throw new KapokError('BAD_REQUEST', { message: 'organisation holds the prefix already', at: 'organisation' });
  await getVerified(tx, receiver);
  return open(tx, offer, { prefix, suffixKey: null, identifier: null, admins: null });
}

export interface OfferedRecord {
  readonly identifier: Identifier;
  readonly suffixKey: string;
  readonly values: readonly Value[];
}

/** The caller has shown already that it may change who administers the record. */
export function offerIdentifier(tx: Queryable, record: OfferedRecord, offer: Offer): Promise<Transfer> {
  const { identifier, suffixKey, values } = record;
  const admins = values.filter(isAdminValue);
  return open(tx, offer, { prefix: identifier.prefix, suffixKey, identifier: identifier.text, admins });
}

type Offered = Pick<Transfer, 'prefix' | 'suffixKey' | 'identifier'> & { readonly admins: readonly Value[] | null };

async function open(tx: Queryable, { giver, receiver, key, actor, now }: Offer, offered: Offered): Promise<Transfer> {
  const expiresAt = new Date(now.getTime() + OFFER_DAYS * DAY);
  const transfer = await insertTransfer(tx, {
    ...{ ...offered, giver, receiver, key, offeredBy: actor.id, offeredAt: now, expiresAt },
  });
  await recordTransfer(tx, transfer, { action: 'offer', actor });
  return transfer;
}

/** The audit entry of a step, and what both sides are told. */
export async function recordTransfer(
  tx: Queryable,
  transfer: Transfer,
  {
    action,
    actor,
    reason = null,
    before = null,
  }: { action: string; actor: Actor; reason?: string | null; before?: string | null },
): Promise<void> {
  const { id, prefix, identifier, giver, receiver, key, state, until } = transfer;
  const about = { kind: 'transfer', id };
  const what = { identifier: identifier ?? prefix, giver, receiver, key };
  await appendAudit(tx, {
    ...{ action: `transfer.${action}`, actor, ...about, prefix, reason },
    ...{ before: before === null ? null : { state: before }, after: { state, ...what } },
  });
  for (const organisation of new Set([giver, receiver])) {
    if (organisation === null) continue;
    const body = { action, state, ...what, until, remarks: reason };
    await appendNotice(tx, { organisation, kind: `transfer.${action}`, prefix, about, body });
  }
}
