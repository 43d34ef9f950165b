import type { Delegation, EnrolmentDecision } from '../../../proto/http/enrolments.ts';
import type { NodeKey } from '../../access/node-key.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { httpUrlsOf } from '../../record/site.ts';
import { DEFAULT_DELEGATION_TTL } from '../../registry/prefix-entry.ts';
import { actOnAllotment } from '../allotments/act-on-allotment.ts';
import { isHeld } from '../allotments/allotment.ts';
import { lockAllotment } from '../allotments/allotment-table.ts';
import { type Governing, governPrefixes } from '../allotments/govern-prefixes.ts';
import { appendAudit } from '../audit/append-audit.ts';
import { getTransition } from '../machine.ts';
import { offerMoveIn } from '../moves/offer-move.ts';
import { appendNotice } from '../notices/append-notice.ts';
import { ENROLMENT_TRANSITIONS, type Enrolment, enrolmentNotFound, lockEnrolment, storeDecision } from './enrolment.ts';
import { signDelegation } from './statements.ts';

export interface Decision extends EnrolmentDecision {
  /** The application that was looked at: another one that came meanwhile is not decided on. */
  readonly of: Enrolment;
  readonly governing: Governing;
  readonly nodeKey: NodeKey;
}

/**
 * The authority's verdict on a node that asks for a prefix, in one transaction with what it means: the prefix is delegated
 * to it, or, where it is answered here already, offered to be taken over with all that it holds.
 */
export function decideEnrolment(database: Database, decision: Decision): Promise<Enrolment> {
  const { of, action, reason, governing } = decision;
  const { prefix } = of;
  return database.transaction(async (tx) => {
    await lockAllotment(tx, prefix);
    const current = await lockEnrolment(tx, prefix);
    if (current === null) throw enrolmentNotFound(prefix);
    const step = { state: current.state, action, by: 'authority' } as const;
    getTransition(ENROLMENT_TRANSITIONS, step, { reason, subject: prefix });
    if (current.id !== of.id)
      throw new KapokError('PREFIX_STATE', {
        message: 'Another node has asked for it at this moment',
        subject: prefix,
      });
    if (action === 'accept') await giveTo(tx, current, governing);
    const delegation = action === 'accept' ? delegationOf(current, decision) : null;
    const state = action === 'accept' ? 'accepted' : 'refused';
    const stored = await storeDecision(tx, prefix, { state, remarks: reason ?? null, delegation });
    await record(tx, stored, decision);
    return stored;
  });
}

function delegationOf({ prefix, site, key }: Enrolment, { governing, nodeKey }: Decision): Delegation {
  const issuedAt = governing.now.toISOString();
  return signDelegation(nodeKey, { prefix, site, key, parent: nodeKey.subject, issuedAt });
}

async function giveTo(tx: Queryable, { prefix, site }: Enrolment, governing: Governing): Promise<void> {
  const allotment = await lockAllotment(tx, prefix);
  const entry = await findEntry(tx, prefix);
  const reason = governing.reason ?? 'its own node was accepted';
  const key = site.servers[0]?.publicKey?.value;
  const [url = ''] = httpUrlsOf(site);
  if (entry?.status === 'active' && entry.hosted && key !== undefined) {
    await offerMoveIn(tx, { prefix, direction: 'out', peer: { url, key }, actor: governing.actor });
  } else if (allotment !== null && isHeld(allotment.state)) {
    await actOnAllotment(tx, { prefix, action: 'delegate', by: 'authority', change: { site }, ...governing, reason });
  } else {
    const defaults = { status: 'active', ttl: DEFAULT_DELEGATION_TTL, suffixCase: 'insensitive', label: '' } as const;
    await governPrefixes(tx, [{ prefix, site, ...defaults }], { ...governing, reason });
  }
}

async function findEntry(tx: Queryable, prefix: string): Promise<{ status: string; hosted: boolean } | undefined> {
  const text = 'select status, site is null as hosted from prefixes where prefix = $1';
  const [entry] = await tx.query<{ status: string; hosted: boolean }>(text, [prefix]);
  return entry;
}

async function record(tx: Queryable, stored: Enrolment, { of, action, reason, governing }: Decision): Promise<void> {
  const { prefix, id, state, organisation, key, remarks } = stored;
  const about = { kind: 'enrolment', id };
  const states = { before: { state: of.state }, after: { state, key } };
  const entry = { action: `enrolment.${action}`, actor: governing.actor, ...about, prefix, reason: reason ?? null };
  await appendAudit(tx, { ...entry, ...states });
  if (organisation === null) return;
  const body = { action, state, remarks };
  await appendNotice(tx, { organisation, kind: `enrolment.${action}`, prefix, about, body });
}
