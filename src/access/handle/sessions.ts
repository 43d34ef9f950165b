import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../../database/database.ts';

export interface Session {
  /** What the client holds: 128 random bits in base64url. It is never stored. */
  readonly id: string;
  readonly nonce: Buffer;
  /** Whose key has been proven in it; null before. */
  readonly subject: string | null;
  /** SHA-256 of the proof that gave the subject. */
  readonly proof: Buffer | null;
}

/** Long enough to sign a nonce by hand. */
const WAITING_SECONDS = 300;
const SESSION_SECONDS = 3_600;
/** Beyond, the one that ends next goes: a flood of sessions without a proof must not fill the table. */
const MAX_WAITING = 10_000;
const MAX_OF_SUBJECT = 1_000;
/** Rows that a new session clears away behind it; more than one, so that what has ended never piles up. */
const SWEPT = 20;

const ID = /^[A-Za-z0-9_-]{22}$/;

const SWEEP = {
  name: 'sweep_sessions',
  text: `delete from sessions where hash in (
      select hash from sessions where expires_at <= now() order by expires_at limit $1 for update skip locked)`,
};

const CROWD_OUT = {
  name: 'crowd_out_sessions',
  text: `delete from sessions where hash in (
      select hash from sessions where subject is null order by expires_at desc offset $1 for update skip locked)`,
};

const INSERT = {
  name: 'insert_session',
  text: `insert into sessions (hash, nonce, expires_at) values ($1, $2, now() + make_interval(secs => $3))`,
};

const FIND = {
  name: 'find_session',
  text: 'select nonce, subject, proof from sessions where hash = $1 and expires_at > now()',
};

// By the nonce that was signed: of two proofs at once one counts, and no nonce is signed for twice.
const AUTHENTICATE = {
  name: 'authenticate_session',
  text: `update sessions set nonce = $3, subject = $4, proof = $5, expires_at = now() + make_interval(secs => $6)
    where hash = $1 and nonce = $2 and expires_at > now() returning true as done`,
};

const CROWD_OUT_SUBJECT = {
  name: 'crowd_out_sessions_of_subject',
  text: `delete from sessions where hash in (
      select hash from sessions where subject = $1 order by expires_at desc offset $2 for update skip locked)`,
};

/** A session in which nothing has been proven yet. All processes of the node know it. */
export async function openSession(database: Database): Promise<Session> {
  const id = randomBytes(16).toString('base64url');
  const nonce = randomBytes(16);
  await database.query(SWEEP, [SWEPT]);
  await database.query(INSERT, [hashOf(id), nonce, WAITING_SECONDS]);
  await database.query(CROWD_OUT, [MAX_WAITING]);
  return { id, nonce, subject: null, proof: null };
}

/** Null when it is malformed, unknown or has ended. */
export async function findSession(database: Database, id: string): Promise<Session | null> {
  if (!ID.test(id)) return null;
  const [row] = await database.query<Pick<Session, 'nonce' | 'subject' | 'proof'> & Record<string, unknown>>(FIND, [
    hashOf(id),
  ]);
  return row === undefined ? null : { id, ...row };
}

/** The session after a proof over its nonce; null when the nonce was used up meanwhile, or the session has ended. */
export async function authenticateSession(
  database: Database,
  session: Session,
  { subject, proof }: { subject: string; proof: Buffer },
): Promise<Session | null> {
  const nonce = randomBytes(16);
  const values = [hashOf(session.id), session.nonce, nonce, subject, proof, SESSION_SECONDS];
  if ((await database.query(AUTHENTICATE, values)).length === 0) return null;
  await database.query(CROWD_OUT_SUBJECT, [subject, MAX_OF_SUBJECT]);
  return { id: session.id, nonce, subject, proof };
}

/** False when there is no such session. */
export async function closeSession(database: Database, id: string): Promise<boolean> {
  if (!ID.test(id)) return false;
  const text = 'delete from sessions where hash = $1 and expires_at > now() returning true as done';
  return (await database.query(text, [hashOf(id)])).length === 1;
}

function hashOf(id: string): Buffer {
  return createHash('sha256').update(id).digest();
}
