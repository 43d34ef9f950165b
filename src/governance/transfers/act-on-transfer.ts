import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Templates } from '../../registry/templates.ts';
import { actOnAllotment } from '../allotments/act-on-allotment.ts';
import { lockAllotment } from '../allotments/allotment-table.ts';
import type { Actor } from '../audit/append-audit.ts';
import { getTransition, type Party } from '../machine.ts';
import { getVerified } from '../organisations/organisation-table.ts';
import { giveIdentifier, takeIdentifierBack } from './move-identifier.ts';
import { recordTransfer } from './offer-transfer.ts';
import { type EndedRights, endRightsBelow, restoreRights } from './rights-below.ts';
import { TRANSFER_TRANSITIONS, type Transfer, type TransferAction } from './transfer.ts';
import { findTransfer, lockTransfer, type TransferMatter, updateTransfer } from './transfer-table.ts';

const DAY = 86_400_000;

export interface TransferDeed {
  readonly id: string;
  readonly action: TransferAction;
  readonly by: Party;
  readonly actor: Actor;
  readonly reason?: string | null | undefined;
  /** Of `accept`: the key that is to administer an identifier, when the offer named none. */
  readonly key?: string | undefined;
  readonly now: Date;
  /** In which the authority can take it back. */
  readonly windowDays: number;
  readonly templates: Templates;
}

/**
 * One step of a transfer in the caller's transaction, with all that it means. Throws TRANSITION_REFUSED for what the machine
 * does not have. The caller announces when it is committed.
 */
export async function actOnTransfer(tx: Queryable, deed: TransferDeed): Promise<Transfer> {
  const { id, action, by, actor, reason, now } = deed;
  const named = await findTransfer(tx, id);
  // Prefixes and allotments before transfers, as who offers does: nobody waits in a ring.
  const allotment = named === null ? null : await lockAllotment(tx, named.prefix);
  const current = await lockTransfer(tx, id);
  const subject = current.identifier ?? current.prefix;
  const { to } = getTransition(TRANSFER_TRANSITIONS, { state: current.state, action, by }, { reason, subject });
  if (action === 'accept' && allotment?.organisation !== current.giver && current.giver !== null)
    throw new KapokError('PREFIX_STATE', { message: `Prefix ${current.prefix} has another holder by now`, subject });
  const key = current.key ?? deed.key ?? null;
  const accepted = action === 'accept';
  const ends = new Date(now.getTime() + deed.windowDays * DAY).toISOString();
  const former = accepted ? await give(tx, current, deed) : current.former;
  const stored = await updateTransfer(tx, id, {
    ...{ state: to, key, former, remarks: reason ?? current.remarks },
    acceptedAt: accepted ? now.toISOString() : current.acceptedAt,
    until: accepted ? ends : current.until,
  });
  await recordTransfer(tx, stored, { action, actor, reason: reason ?? null, before: current.state });
  if (action === 'takeBack') await takeBack(tx, current, deed);
  return stored;
}

type Locked = Transfer & TransferMatter;

/** Answers what taking back restores. */
async function give(tx: Queryable, transfer: Locked, deed: TransferDeed): Promise<unknown> {
  const { prefix, receiver, suffixKey } = transfer;
  const { actor, now, templates } = deed;
  if (receiver !== null) await getVerified(tx, receiver);
  if (suffixKey !== null) {
    const key = transfer.key ?? deed.key;
    if (key === undefined)
      throw new KapokError('BAD_REQUEST', { message: 'key is missing: who administers the identifier?', at: 'key' });
    return { values: await giveIdentifier(tx, { transfer, actor: actor.id, templates, now }, key) };
  }
  const ended = await endRightsBelow(tx, prefix);
  await movePrefix(tx, transfer, { ...deed, action: 'transfer', to: receiver });
  return ended;
}

async function takeBack(tx: Queryable, transfer: Locked, deed: TransferDeed): Promise<void> {
  const { prefix, giver, suffixKey } = transfer;
  const { actor, now, templates } = deed;
  if (suffixKey !== null) return takeIdentifierBack(tx, { transfer, actor: actor.id, templates, now });
  await endRightsBelow(tx, prefix);
  await restoreRights(tx, transfer.former as EndedRights);
  await movePrefix(tx, transfer, { ...deed, action: 'takeBack', to: giver });
}

async function movePrefix(
  tx: Queryable,
  { prefix }: Transfer,
  {
    action,
    actor,
    reason,
    now,
    to,
  }: Omit<TransferDeed, 'action'> & { action: 'transfer' | 'takeBack'; to: string | null },
): Promise<void> {
  const moved = to === null ? {} : { organisation: to };
  await actOnAllotment(tx, { prefix, action, by: 'system', actor, reason, now, quarantineDays: 0, ...moved });
}
