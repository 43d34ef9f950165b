import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { CREATED_WINDOW, type SignedCall } from './request-signature.ts';

const REMEMBER = {
  name: 'remember_call_nonce',
  text: `with old as (delete from call_nonces where seen_at < now() - make_interval(secs => ${4 * CREATED_WINDOW}))
    insert into call_nonces (subject, nonce) values ($1, $2) on conflict do nothing returning nonce`,
};

/**
 * Takes note of a signed call; throws INVALID_CREDENTIAL for one that came before. The note is in the database because a
 * replay may come to another process of the node, or after a restart; it is made for callers with rights alone, because
 * anybody can make a key.
 */
export async function assertFirstUse(database: Queryable, { subject, nonce }: SignedCall): Promise<void> {
  if ((await database.query(REMEMBER, [subject, nonce])).length === 1) return;
  throw new KapokError('INVALID_CREDENTIAL', { message: 'The signature of this call is refused: it was used before' });
}
