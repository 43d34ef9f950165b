import type { Member } from '../../../proto/http/members.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';

/** Each request of a member reads its memberships, and each answer about an organisation may list its members. */
const MAX_MEMBERSHIPS = 100;
const MAX_MEMBERS = 100;
const COLUMNS = `subject, ${utc('created_at', 'since')}`;

type Row = Member & Record<string, unknown>;

export interface MemberChange {
  readonly organisation: string;
  readonly subject: string;
  readonly actor: Actor;
}

/** A key of a record or an account. Nodes make up their keys, and an organisation is nobody's member. */
export function isMemberSubject(subject: string): boolean {
  return /^(\d+:|oidc:)/.test(subject);
}

export function listMembers(database: Queryable, organisation: string): Promise<Member[]> {
  const text = `select ${COLUMNS} from organisation_members where organisation = $1 order by subject`;
  return database.query<Row>(text, [organisation]);
}

/** Within a transaction; the row of the organisation is locked. Throws BAD_REQUEST when there are too many. */
export async function addMemberIn(
  tx: Queryable,
  { organisation, subject, actor }: MemberChange,
): Promise<{ member: Member; created: boolean }> {
  const find = `select ${COLUMNS} from organisation_members where organisation = $1 and subject = $2`;
  const [held] = await tx.query<Row>(find, [organisation, subject]);
  if (held !== undefined) return { member: held, created: false };
  await assertRoom(tx, { organisation, subject });
  const insert = `insert into organisation_members (organisation, subject) values ($1, $2) returning ${COLUMNS}`;
  const [member] = await tx.query<Row>(insert, [organisation, subject]);
  if (member === undefined) throw new Error('No member was stored');
  await record(tx, 'add', { organisation, subject, actor });
  return { member, created: true };
}

/** False when it was none. */
export function removeMember(database: Database, change: MemberChange): Promise<boolean> {
  const { organisation, subject } = change;
  return database.transaction(async (tx) => {
    const text = 'delete from organisation_members where organisation = $1 and subject = $2 returning subject';
    if ((await tx.query(text, [organisation, subject])).length === 0) return false;
    await record(tx, 'remove', change);
    return true;
  });
}

async function assertRoom(tx: Queryable, { organisation, subject }: Omit<MemberChange, 'actor'>): Promise<void> {
  const text = `select (select count(*)::int from organisation_members where organisation = $1) as members,
    (select count(*)::int from organisation_members where subject = $2) as memberships`;
  const [counts] = await tx.query<{ members: number; memberships: number }>(text, [organisation, subject]);
  const { members, memberships } = counts ?? { members: 0, memberships: 0 };
  if (members >= MAX_MEMBERS) throw tooMany(`An organisation has at most ${MAX_MEMBERS} members`);
  if (memberships >= MAX_MEMBERSHIPS) throw tooMany(`Nobody is a member of more than ${MAX_MEMBERSHIPS} organisations`);
}

function tooMany(message: string): KapokError {
  return new KapokError('BAD_REQUEST', { message, at: 'subject' });
}

/** Who speaks for whom is recorded: a subject is no personal data but what a key or an issuer calls somebody. */
function record(tx: Queryable, verb: 'add' | 'remove', { organisation, subject, actor }: MemberChange): Promise<void> {
  const about = { kind: 'organisation', id: organisation, prefix: null };
  const members = verb === 'add' ? { after: { member: subject } } : { before: { member: subject } };
  return appendAudit(tx, { action: `organisation.${verb}-member`, actor, ...about, ...members });
}
