import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../../proto/http/roles.ts';
import type { Database, Queryable } from '../database/database.ts';
import { type Actor, appendAudit, SYSTEM } from '../governance/audit/append-audit.ts';
import type { Caller, Grant, Scope } from './caller.ts';
import { WITHIN } from './grants.ts';
import { type RightsRow, rightsColumns, rightsOfRow } from './rights.ts';

/** What a token gives its bearer: a role in a subtree, or what a subject was granted. */
export type TokenRight = (Grant & { readonly subject?: undefined }) | { readonly subject: string };

export interface TokenInfo {
  readonly id: string;
  readonly scope: Scope;
  readonly role: Role | null;
  readonly subject: string | null;
  readonly label: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
}

export type NewToken = TokenRight & {
  readonly label: string;
  readonly expiresAt?: Date | undefined;
  /** Who makes it. */
  readonly by: Actor;
};

/** Marks a Kapok token, so that people and secret scanners know it. */
const MARK = 'kapok_';
const TOKEN = /^kapok_[A-Za-z0-9_-]{43}$/;

const moment = (column: string, name: string) => `to_json(${column}) #>> '{}' as "${name}"`;
const COLUMNS = `id, scope, role, subject, label, ${moment('created_at', 'createdAt')}, ${moment('expires_at', 'expiresAt')},
  ${moment('revoked_at', 'revokedAt')}, ${moment('last_used_at', 'lastUsedAt')}`;

// The last use is kept to the minute: a write a request would cost more than the request.
const FIND = {
  name: 'find_token',
  text: `with found as (
      select scope, id, role, subject, last_used_at from tokens
      where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())
    ), used as (
      update tokens set last_used_at = now() from found
      where tokens.scope = found.scope and tokens.id = found.id
        and (found.last_used_at is null or found.last_used_at < now() - interval '1 minute')
    )
    select id, scope, role, subject, ${rightsColumns('found.subject')}
    from found`,
};

/**
 * Makes a token of 256 random bits, in a transaction. It is shown once: only its SHA-256 is kept, which needs no salt for
 * random bits.
 */
export async function createToken(
  tx: Queryable,
  { label, expiresAt, by, ...right }: NewToken,
): Promise<{ token: string; id: string }> {
  const token = MARK + randomBytes(32).toString('base64url');
  const text = `insert into tokens (scope, role, subject, hash, label, expires_at) values ($1, $2, $3, $4, $5, $6) returning id`;
  const columns = right.subject === undefined ? [right.scope, right.role, null] : ['', null, right.subject];
  const [row] = await tx.query<{ id: string }>(text, [...columns, hashOf(token), label, expiresAt ?? null]);
  if (row === undefined) throw new Error('No token was stored');
  const { role = null, scope = '', subject = null } = right as Partial<Grant> & { subject?: string };
  const after = { role, scope, subject, label, expiresAt: expiresAt?.toISOString() ?? null };
  await appendAudit(tx, { ...tokenAct('token.create', { id: row.id, scope }, by), after });
  return { token, id: row.id };
}

/**
 * Keeps an operator token that was made elsewhere; one that is known already stays as it is, revoked too. Two processes that
 * start at once keep it once: a second row would outlive the revocation of the first.
 */
export function storeOperatorToken(database: Database, token: string, label: string): Promise<void> {
  const text = `insert into tokens (scope, role, hash, label) select '', 'operator', $1, $2
    where not exists (select from tokens where hash = $1) returning id`;
  return database.transaction(async (tx) => {
    await tx.query('lock table tokens in share row exclusive mode');
    const [kept] = await tx.query<{ id: string }>(text, [hashOf(token), label]);
    if (kept !== undefined) await appendAudit(tx, operatorToken(kept.id, label));
  });
}

/** The caller that a bearer token stands for; null when it is malformed, unknown, expired or revoked. */
export async function findTokenCaller(database: Queryable, token: string): Promise<Caller | null> {
  if (!TOKEN.test(token)) return null;
  const [row] = await database.query<CallerRow>(FIND, [hashOf(token)]);
  return row === undefined ? null : callerOf(row);
}

/** The caller that a token stood for when it was used before; null when it has expired or was revoked since. */
export async function findCallerOfToken(database: Queryable, id: string): Promise<Caller | null> {
  const text = `select id, scope, role, subject, ${rightsColumns('t.subject')}
    from tokens t where id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`;
  const [row] = await database.query<CallerRow>({ name: 'find_token_by_id', text }, [id]);
  return row === undefined ? null : callerOf(row);
}

type CallerRow = { id: string; scope: Scope; role: Role | null; subject: string | null } & RightsRow;

function callerOf({ id, scope, role, subject, ...row }: CallerRow): Caller {
  if (role !== null) return { id, subject, grants: [{ role, scope }], organisations: [] };
  return { id, subject, ...rightsOfRow(subject, row) };
}

/** The tokens within these scopes, the oldest first. One that speaks for a subject is the whole node's. */
export function listTokens(database: Queryable, scopes: readonly Scope[]): Promise<TokenInfo[]> {
  const text = `select ${COLUMNS} from tokens where ${WITHIN} order by created_at, id`;
  return database.query<TokenInfo & Record<string, unknown>>(text, [scopes]);
}

export async function findToken(database: Queryable, id: string): Promise<TokenInfo | null> {
  const [row] = await database.query<TokenInfo & Record<string, unknown>>(
    `select ${COLUMNS} from tokens where id = $1`,
    [id],
  );
  return row ?? null;
}

/** In a transaction. False when there is no such token, or it is revoked already. */
export async function revokeToken(tx: Queryable, id: string, by: Actor): Promise<boolean> {
  const text = `update tokens set revoked_at = now() where id = $1 and revoked_at is null returning scope, role, subject, label`;
  const [revoked] = await tx.query<{ scope: Scope }>(text, [id]);
  if (revoked === undefined) return false;
  await appendAudit(tx, { ...tokenAct('token.revoke', { id, scope: revoked.scope }, by), before: revoked });
  return true;
}

/** The node's first token, an operator's for its whole tree; null when it has one. Two processes that start at once make one. */
export function createFirstToken(database: Database): Promise<string | null> {
  const token = MARK + randomBytes(32).toString('base64url');
  return database.transaction(async (tx) => {
    await tx.query('lock table tokens in share row exclusive mode');
    if ((await tx.query('select from tokens limit 1')).length > 0) return null;
    const label = 'first operator token';
    const text = `insert into tokens (scope, role, hash, label) values ('', 'operator', $1, $2) returning id`;
    const [made] = await tx.query<{ id: string }>(text, [hashOf(token), label]);
    await appendAudit(tx, operatorToken(made?.id ?? '', label));
    return token;
  });
}

function tokenAct(action: string, { id, scope }: { id: string; scope: Scope }, actor: Actor) {
  return { action, actor, kind: 'token', id, prefix: scope === '' ? null : scope };
}

function operatorToken(id: string, label: string) {
  return { ...tokenAct('token.create', { id, scope: '' }, SYSTEM), after: { role: 'operator', scope: '', label } };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
