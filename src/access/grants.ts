import type { Role } from '../../proto/http/roles.ts';
import type { Queryable } from '../database/database.ts';
import { utc } from '../database/utc.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type Actor, appendAudit } from '../governance/audit/append-audit.ts';
import { findForbiddenCharacter } from '../identifier/characters.ts';
import { whyInvalidIdentifier } from '../identifier/identifier.ts';
import { whyInvalidPrefix } from '../identifier/prefix.ts';
import type { Grant, Scope } from './caller.ts';
import { subjectOfKey } from './handle/key-reference.ts';
import { isOrganisationSubject } from './rights.ts';

/** A role that a subject was given. */
export interface GrantInfo extends Grant {
  readonly id: string;
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
}

type GrantRow = GrantInfo & Record<string, unknown>;

/** A condition of rows with a `scope`: within one of the scopes $1. */
export const WITHIN = `exists (select from unnest($1::text[]) as s where s = '' or scope = s or starts_with(scope, s || '.'))`;

const COLUMNS = `id, subject, role, scope, ${utc('created_at', 'createdAt')}`;

/** Gives a subject a role in a subtree, in a transaction; once more when it has it. */
export async function createGrant(
  tx: Queryable,
  { subject, role, scope, by }: { subject: string; role: Role; scope: Scope; by: Actor },
): Promise<{ grant: GrantInfo; created: boolean }> {
  const insert = `insert into grants (scope, subject, role) values ($1, $2, $3) on conflict do nothing returning ${COLUMNS}`;
  const [made] = await tx.query<GrantRow>(insert, [scope, subject, role]);
  if (made !== undefined) {
    await appendAudit(tx, { ...grantAct('grant.create', made, by), after: { subject, role, scope } });
    return { grant: made, created: true };
  }
  const select = `select ${COLUMNS} from grants where scope = $1 and subject = $2 and role = $3`;
  const [held] = await tx.query<GrantRow>(select, [scope, subject, role]);
  if (held === undefined)
    throw new KapokError('DATABASE_UNAVAILABLE', { message: 'The grant was taken back meanwhile' });
  return { grant: held, created: false };
}

/** The grants within these scopes, by subject. */
export function listGrants(database: Queryable, scopes: readonly Scope[]): Promise<GrantInfo[]> {
  const text = `select ${COLUMNS} from grants where ${WITHIN} order by subject, scope, role`;
  return database.query<GrantRow>(text, [scopes]);
}

export async function findGrant(database: Queryable, id: string): Promise<GrantInfo | null> {
  const [row] = await database.query<GrantRow>(`select ${COLUMNS} from grants where id = $1`, [id]);
  return row ?? null;
}

/** In a transaction. False when it is gone already. */
export async function revokeGrant(tx: Queryable, id: string, by: Actor): Promise<boolean> {
  const [gone] = await tx.query<GrantRow>(`delete from grants where id = $1 returning ${COLUMNS}`, [id]);
  if (gone === undefined) return false;
  const { subject, role, scope } = gone;
  await appendAudit(tx, { ...grantAct('grant.revoke', gone, by), before: { subject, role, scope } });
  return true;
}

function grantAct(action: string, { id, scope }: GrantInfo, actor: Actor) {
  return { action, actor, kind: 'grant', id, prefix: scope === '' ? null : scope };
}

/** A subject as it is known after it has proven itself: the identifier of a key in its canonical form. */
export function canonicalSubject(subject: string, keyOf: (handle: string) => string): string {
  const [, index, handle] = /^(\d{1,10}):(.+)$/su.exec(subject) ?? [];
  return index === undefined || handle === undefined ? subject : subjectOfKey(Number(index), keyOf(handle));
}

/** `INDEX:PREFIX/name`, `oidc:ISSUER#SUB`, `node:THUMBPRINT` or `org:UUID`. Throws BAD_REQUEST with the reason. */
export function assertSubject(subject: string): void {
  const forbidden = findForbiddenCharacter(subject);
  if (forbidden !== null) throw new KapokError('BAD_REQUEST', { message: `subject ${forbidden}`, at: 'subject' });
  const [, index, handle = ''] = /^([1-9]\d{0,9}):(.+)$/s.exec(subject) ?? [];
  const isKey = index !== undefined && whyInvalidPrefix(handle.split('/', 1)[0] ?? '') === null;
  if (isKey && whyInvalidIdentifier(handle) === null) return;
  if (/^oidc:https?:\/\/[^\s#]+#\S{1,255}$/.test(subject) || /^node:[A-Za-z0-9_-]{43}$/.test(subject)) return;
  if (isOrganisationSubject(subject)) return;
  const message = 'subject must be INDEX:PREFIX/name (a key), oidc:ISSUER#SUB, node:THUMBPRINT or org:UUID';
  throw new KapokError('BAD_REQUEST', { message, at: 'subject' });
}
