import type { Database } from '../../database/database.ts';
import { findAllotment } from '../allotments/allotment-table.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { getTransition } from '../machine.ts';
import {
  ENROLMENT_TRANSITIONS,
  type Enrolment,
  lockEnrolment,
  type NewEnrolment,
  storeApplication,
} from './enrolment.ts';

/** Keeps what a node asks for, after its endpoint was proven. One that has applied before is decided on no more. */
export function applyForEnrolment(
  database: Database,
  application: Omit<NewEnrolment, 'organisation'>,
  actor: Actor,
): Promise<Enrolment> {
  const { prefix, key } = application;
  return database.transaction(async (tx) => {
    const before = await lockEnrolment(tx, prefix);
    const step = { state: before?.state ?? 'none', action: 'apply', by: 'organisation' } as const;
    getTransition(ENROLMENT_TRANSITIONS, step, { subject: prefix });
    const organisation = (await findAllotment(tx, prefix))?.organisation ?? null;
    const stored = await storeApplication(tx, { ...application, organisation });
    const about = { kind: 'enrolment', id: stored.id, prefix };
    await appendAudit(tx, { action: 'enrolment.apply', actor, ...about, after: { key, site: application.site } });
    return stored;
  });
}
