import { createHash } from 'node:crypto';
import type { Queryable } from '../database/database.ts';
import { KapokError } from '../errors/kapok-error.ts';
import type { Prefix } from '../identifier/prefix.ts';

/** What makes two requests one: the same key, from the same caller, for the same prefix. */
export interface IdempotencyKey {
  readonly prefix: Prefix;
  /** The subject that writes, or the id of its token when it has none. */
  readonly actor: string;
  readonly key: string;
  /** All that decides what the request does: a key that comes with another one is refused. */
  readonly request: string;
}

// A second request with the key waits here until the first one's transaction has ended. A key of yesterday is taken anew, and
// those of others go by the way.
const CLAIM = {
  name: 'claim_idempotency_key',
  text: `with gone as (
      delete from idempotency_keys where ctid = any (array(
        select ctid from idempotency_keys
        where created_at < now() - interval '24 hours' and (prefix, actor, key) <> ($1, $2, $3)
        limit 100 for update skip locked))
    )
    insert into idempotency_keys as k (prefix, actor, key, request) values ($1, $2, $3, $4)
    on conflict (prefix, actor, key) do update set request = excluded.request, answer = null, created_at = now()
      where k.created_at < now() - interval '24 hours'
    returning 1`,
};
const READ = {
  name: 'read_idempotency_key',
  text: 'select request, answer from idempotency_keys where prefix = $1 and actor = $2 and key = $3',
};
const KEEP = {
  name: 'keep_idempotent_answer',
  text: 'update idempotency_keys set answer = $4 where prefix = $1 and actor = $2 and key = $3',
};

/**
 * Runs `work` once for a key, inside a transaction: later requests with it get the answer that was kept. The key is taken and
 * its answer kept with the write, or neither. Throws IDEMPOTENCY_KEY_REUSED when the key came with another request before.
 */
export async function answerOnce<T>(
  tx: Queryable,
  { prefix, actor, key, request }: IdempotencyKey,
  work: () => Promise<T>,
): Promise<T> {
  const name = [prefix, actor, key];
  const hash = createHash('sha256').update(request).digest();
  for (let attempt = 1; ; attempt++) {
    if ((await tx.query(CLAIM, [...name, hash])).length === 1) {
      const answer = await work();
      await tx.query(KEEP, [...name, JSON.stringify(answer)]);
      return answer;
    }
    const [row] = await tx.query<{ request: Buffer; answer: T }>(READ, name);
    if (row !== undefined) return answerOf(row, hash);
    // Another request has cleared the key away in between, for it was old.
    if (attempt === 3) throw new Error('The idempotency key that was taken is gone');
  }
}

function answerOf<T>(row: { request: Buffer; answer: T }, hash: Buffer): T {
  if (!row.request.equals(hash)) throw new KapokError('IDEMPOTENCY_KEY_REUSED', { at: 'Idempotency-Key' });
  return row.answer;
}
