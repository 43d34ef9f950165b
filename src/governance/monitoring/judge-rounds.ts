import type { Database, Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import { findAllotment } from '../allotments/allotment-table.ts';
import { SYSTEM } from '../audit/append-audit.ts';
import { appendNotice } from '../notices/append-notice.ts';
import { findOpenEvent, type MonitoringEvent, storeEvent } from './event-table.ts';
import { storeRounds } from './probe-table.ts';
import { EVENT_TYPES, isEmergency, type Round } from './round.ts';
import { lockStandby } from './standby-table.ts';
import { takeOver } from './take-over.ts';

export interface Verdict {
  /** What has begun or ended with these rounds; null: it is as it was. */
  readonly event: MonitoringEvent | null;
  readonly takenOver: boolean;
}

/**
 * Keeps what probes have found, and draws the consequences in the same transaction: an emergency begins or ends, the holder is
 * told, and a standby site that may do so takes over.
 */
export function judgeRounds(database: Database, prefix: Prefix, rounds: readonly Round[]): Promise<Verdict> {
  return database.transaction(async (tx) => {
    // Two rounds of one prefix are judged one after the other.
    await tx.query('select from prefixes where prefix = $1 for no key update', [prefix]);
    await storeRounds(tx, prefix, rounds);
    const open = await findOpenEvent(tx, prefix);
    const emergency = rounds.find(isEmergency);
    const event = await eventOf(tx, { prefix, open, emergency });
    if (event !== null) await tellHolder(tx, event);
    const takenOver = emergency !== undefined && (await takeOverAlone(tx, prefix, reasonOf(emergency)));
    return { event, takenOver };
  });
}

interface Found {
  readonly prefix: Prefix;
  readonly open: MonitoringEvent | null;
  readonly emergency: Round | undefined;
}

async function eventOf(tx: Queryable, { prefix, open, emergency }: Found): Promise<MonitoringEvent | null> {
  if (emergency !== undefined && open === null) {
    const type = emergency.failure?.type ?? EVENT_TYPES.other;
    return storeEvent(tx, { prefix, state: 'abnormal', ends: null, type, reason: reasonOf(emergency) });
  }
  if (emergency === undefined && open !== null) {
    const reason = 'Resolution and registration answer again';
    return storeEvent(tx, { prefix, state: 'recovered', ends: open.id, type: open.type, reason });
  }
  return null;
}

function reasonOf({ kind, tried, failed, failure }: Round): string {
  return `${failed} of ${tried} probes of ${kind} failed: ${failure?.reason ?? 'unknown'}`;
}

async function tellHolder(tx: Queryable, { id, prefix, state, ends, type, reason }: MonitoringEvent): Promise<void> {
  const organisation = (await findAllotment(tx, prefix))?.organisation ?? null;
  if (organisation === null) return;
  const kind = `monitoring.${state}`;
  await appendNotice(tx, { organisation, kind, prefix, about: { kind: 'event', id }, body: { ends, type, reason } });
}

/** Whether the standby site has taken over now: there is one, it may, and it has not yet. */
async function takeOverAlone(tx: Queryable, prefix: Prefix, reason: string): Promise<boolean> {
  const standby = await lockStandby(tx, prefix).catch((error: unknown) => {
    if (error instanceof KapokError && error.code === 'STANDBY_NOT_FOUND') return null;
    throw error;
  });
  if (standby === null || !standby.auto || standby.primarySite !== null) return false;
  await takeOver(tx, { prefix, actor: SYSTEM, reason });
  return true;
}
