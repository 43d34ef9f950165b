import type { Delegation } from '../../../proto/http/enrolments.ts';
import type { Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Site } from '../../record/site.ts';
import type { TransitionTable } from '../machine.ts';

export type EnrolmentState = 'none' | 'applied' | 'accepted' | 'refused';
export type EnrolmentAction = 'apply' | 'accept' | 'refuse';

/** `none`: no node has ever asked for the prefix. A node of another key or place applies again, and the old one goes on meanwhile. */
export const ENROLMENT_TRANSITIONS = [
  { from: 'none', action: 'apply', by: 'organisation', to: 'applied' },
  { from: 'applied', action: 'apply', by: 'organisation', to: 'applied' },
  { from: 'applied', action: 'accept', by: 'authority', to: 'accepted' },
  { from: 'applied', action: 'refuse', by: 'authority', to: 'refused', reason: 'required' },
  { from: 'refused', action: 'apply', by: 'organisation', to: 'applied' },
  { from: 'accepted', action: 'apply', by: 'organisation', to: 'applied' },
] as const satisfies TransitionTable<EnrolmentState, EnrolmentAction>;

/** A node that asks to answer for a prefix. */
export interface Enrolment {
  readonly prefix: Prefix;
  readonly id: string;
  readonly organisation: string | null;
  readonly state: Exclude<EnrolmentState, 'none'>;
  readonly site: Site;
  readonly key: string;
  readonly remarks: string | null;
  readonly delegation: Delegation | null;
  readonly appliedAt: string;
  readonly updatedAt: string;
}

const COLUMNS = `prefix, id, organisation, state, site, key, remarks, delegation, ${utc('applied_at', 'appliedAt')},
  ${utc('updated_at', 'updatedAt')}`;

type EnrolmentRow = Enrolment & Record<string, unknown>;

export async function findEnrolment(database: Queryable, prefix: Prefix): Promise<Enrolment | null> {
  const [row] = await database.query<EnrolmentRow>(`select ${COLUMNS} from enrolments where prefix = $1`, [prefix]);
  return row ?? null;
}

export async function lockEnrolment(tx: Queryable, prefix: Prefix): Promise<Enrolment | null> {
  const text = `select ${COLUMNS} from enrolments where prefix = $1 for update`;
  const [row] = await tx.query<EnrolmentRow>(text, [prefix]);
  return row ?? null;
}

export type NewEnrolment = Pick<Enrolment, 'prefix' | 'organisation' | 'site' | 'key'>;

export async function storeApplication(tx: Queryable, application: NewEnrolment): Promise<Enrolment> {
  const { prefix, organisation, site, key } = application;
  const text = `insert into enrolments as e (prefix, organisation, state, site, key) values ($1, $2, 'applied', $3, $4)
    on conflict (prefix) do update set id = excluded.id, organisation = excluded.organisation, state = 'applied', site = excluded.site,
      key = excluded.key, remarks = null, delegation = null, version = e.version + 1, applied_at = now(), updated_at = now()
    returning ${COLUMNS}`;
  const [row] = await tx.query<EnrolmentRow>(text, [prefix, organisation, JSON.stringify(site), key]);
  if (row === undefined) throw new Error('The enrolment was not stored');
  return row;
}

export async function storeDecision(
  tx: Queryable,
  prefix: Prefix,
  { state, remarks, delegation }: Pick<Enrolment, 'state' | 'remarks' | 'delegation'>,
): Promise<Enrolment> {
  const text = `update enrolments set state = $2, remarks = $3, delegation = $4, version = version + 1, updated_at = now()
    where prefix = $1 returning ${COLUMNS}`;
  const values = [prefix, state, remarks, delegation === null ? null : JSON.stringify(delegation)];
  const [row] = await tx.query<EnrolmentRow>(text, values);
  if (row === undefined) throw enrolmentNotFound(prefix);
  return row;
}

export function enrolmentNotFound(prefix: Prefix): KapokError {
  return new KapokError('ENROLMENT_NOT_FOUND', { message: `No node has asked for prefix ${prefix}`, subject: prefix });
}
