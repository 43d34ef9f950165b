import { randomUUID } from 'node:crypto';
import type { Queryable, Row } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { EventType } from './round.ts';

/** 事件: an emergency, or the end of one. */
export interface MonitoringEvent {
  /** 事件编号 */
  readonly id: string;
  readonly prefix: Prefix;
  /** 异常, or 恢复正常. */
  readonly state: 'abnormal' | 'recovered';
  /** 对应异常编号: the event that it ends. */
  readonly ends: string | null;
  readonly type: EventType;
  readonly reason: string;
  readonly at: string;
}

const COLUMNS = `id, prefix, state, ends, type, reason, ${utc('at', 'at')}`;

export interface EventFilter {
  readonly prefix: Prefix | null;
  readonly limit: number;
}

/** The newest first. */
export function listEvents(database: Queryable, { prefix, limit }: EventFilter): Promise<MonitoringEvent[]> {
  const text = `select ${COLUMNS} from events where $1::text is null or prefix = $1 order by events.at desc, id limit $2`;
  return database.query<MonitoringEvent & Row>(text, [prefix, limit]);
}

const OPEN = `select ${COLUMNS} from events e where prefix = $1 and state = 'abnormal'
  and not exists (select from events r where r.prefix = e.prefix and r.ends = e.id) order by e.at desc limit 1`;

/** The emergency that has not ended; null when all is well. */
export async function findOpenEvent(tx: Queryable, prefix: Prefix): Promise<MonitoringEvent | null> {
  const [row] = await tx.query<MonitoringEvent & Row>(OPEN, [prefix]);
  return row ?? null;
}

export async function storeEvent(tx: Queryable, event: Omit<MonitoringEvent, 'id' | 'at'>): Promise<MonitoringEvent> {
  const { prefix, state, ends, type, reason } = event;
  const text = `insert into events (prefix, id, state, ends, type, reason, at) values ($1, $2, $3, $4, $5, $6, now())
    returning ${COLUMNS}`;
  const [row] = await tx.query<MonitoringEvent & Row>(text, [prefix, randomUUID(), state, ends, type, reason]);
  if (row === undefined) throw new Error('No event was stored');
  return row;
}
