import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { isUnder, type Prefix } from '../identifier/prefix.ts';

/** The prefix subtree that a token is valid for; '' is the whole node. */
export type Scope = Prefix | '';

/** Who is asking. */
export interface Caller {
  /** The id of the token. */
  readonly id: string;
  readonly scope: Scope;
}

export interface TokenInfo extends Caller {
  readonly label: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewToken {
  readonly scope: Scope;
  readonly label: string;
  readonly expiresAt?: Date | undefined;
}

/** Marks a Kapok token, so that people and secret scanners know it. */
const MARK = 'kapok_';
const TOKEN = /^kapok_[A-Za-z0-9_-]{43}$/;

const COLUMNS = `id, scope, label, to_json(created_at) #>> '{}' as "createdAt", to_json(expires_at) #>> '{}' as "expiresAt",
  to_json(revoked_at) #>> '{}' as "revokedAt"`;

const FIND = {
  name: 'find_token',
  text: 'select id, scope from tokens where hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())',
};

/** Makes a token of 256 random bits. It is shown once: only its SHA-256 is kept, which needs no salt for random bits. */
export async function createToken(
  database: Database,
  { scope, label, expiresAt }: NewToken,
): Promise<{ token: string; id: string }> {
  const token = MARK + randomBytes(32).toString('base64url');
  const text = 'insert into tokens (scope, hash, label, expires_at) values ($1, $2, $3, $4) returning id';
  const [row] = await database.query<{ id: string }>(text, [scope, hashOf(token), label, expiresAt ?? null]);
  if (row === undefined) throw new Error('No token was stored');
  return { token, id: row.id };
}

/**
 * Keeps a token that was made elsewhere; one that is known already stays as it is, revoked too. Two processes that start
 * at once keep it once: a second row would outlive the revocation of the first.
 */
export function storeToken(database: Database, { token, scope, label }: NewToken & { token: string }): Promise<void> {
  const text = `insert into tokens (scope, hash, label) select $1, $2, $3
    where not exists (select from tokens where hash = $2)`;
  return database.transaction(async (tx) => {
    await tx.query('lock table tokens in share row exclusive mode');
    await tx.query(text, [scope, hashOf(token), label]);
  });
}

/** The caller that a bearer token stands for; null when it is malformed, unknown, expired or revoked. */
export async function findCaller(database: Database, token: string): Promise<Caller | null> {
  if (!TOKEN.test(token)) return null;
  const [row] = await database.query<{ id: string; scope: Scope }>(FIND, [hashOf(token)]);
  return row ?? null;
}

export async function listTokens(database: Database): Promise<TokenInfo[]> {
  return database.query<TokenInfo & Record<string, unknown>>(`select ${COLUMNS} from tokens order by created_at, id`);
}

/** False when there is no such token, or it is revoked already. */
export async function revokeToken(database: Database, id: string): Promise<boolean> {
  const text = 'update tokens set revoked_at = now() where id = $1 and revoked_at is null returning id';
  return (await database.query(text, [id])).length === 1;
}

/** The node's first token, for its whole tree; null when it has one. Two processes that start at once make one. */
export function createFirstToken(database: Database): Promise<string | null> {
  const token = MARK + randomBytes(32).toString('base64url');
  return database.transaction(async (tx) => {
    await tx.query('lock table tokens in share row exclusive mode');
    if ((await tx.query('select from tokens limit 1')).length > 0) return null;
    const text = "insert into tokens (scope, hash, label) values ('', $1, 'first operator token')";
    await tx.query(text, [hashOf(token)]);
    return token;
  });
}

/** Whether a caller may write the records of a prefix. */
export function covers({ scope }: Caller, prefix: Prefix): boolean {
  return scope === '' || isUnder(prefix, scope);
}

/** Whether a caller may create, delegate, suspend or revoke a prefix: it must answer for the one above. */
export function governs({ scope }: Caller, prefix: Prefix): boolean {
  return scope === '' || (prefix !== scope && isUnder(prefix, scope));
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
