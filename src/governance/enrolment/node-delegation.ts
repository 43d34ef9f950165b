import type { Delegation, HeldDelegation } from '../../../proto/http/enrolments.ts';
import { createGrant } from '../../access/grants.ts';
import { type NodeKey, subjectOfKey } from '../../access/node-key.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { utc } from '../../database/utc.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { Key } from '../../record/value.ts';
import { type Actor, appendAudit } from '../audit/append-audit.ts';
import { delegationText, isSignedBy } from './statements.ts';

const COLUMNS = `parent_url as "parentUrl", parent, delegation, ${utc('received_at', 'receivedAt')}`;

export interface Received {
  readonly delegation: Delegation;
  readonly parentUrl: string;
  /** The key that the node at that URL has shown to hold. */
  readonly parentKey: Key & { readonly x: string };
}

/** Throws BAD_REQUEST with the reason why a delegation is not one of this node for its prefix, by the node above. */
export function assertOwnDelegation(
  { delegation: { statement, signature }, parentKey }: Received,
  own: { readonly prefix: Prefix | null; readonly key: NodeKey },
): void {
  const refuse = (reason: string) => {
    throw new KapokError('BAD_REQUEST', { message: `The delegation ${reason}`, at: 'delegation' });
  };
  if (statement.parent !== subjectOfKey(parentKey)) refuse('names another node above than the one at that URL');
  if (!isSignedBy(parentKey.x, delegationText(statement), signature)) refuse('is not signed by the node above');
  if (statement.prefix !== own.prefix) refuse(`is for ${statement.prefix}, and this node answers for ${own.prefix}`);
  if (statement.key !== own.key.publicKey.x) refuse('is for a node with another key');
}

/** Keeps it, and lets the node above follow what is public here. */
export function storeDelegation(database: Database, received: Received, actor: Actor): Promise<HeldDelegation> {
  const { delegation, parentUrl, parentKey } = received;
  const parent = subjectOfKey(parentKey);
  return database.transaction(async (tx) => {
    const text = `insert into node_delegation (parent_url, parent, delegation) values ($1, $2, $3)
      on conflict (singleton) do update set parent_url = excluded.parent_url, parent = excluded.parent,
        delegation = excluded.delegation, received_at = now()
      returning ${COLUMNS}`;
    const [row] = await tx.query<HeldDelegation & Record<string, unknown>>(text, [
      parentUrl,
      parent,
      JSON.stringify(delegation),
    ]);
    if (row === undefined) throw new Error('The delegation was not stored');
    await createGrant(tx, { subject: parent, role: 'mirror', scope: '', by: actor });
    const prefix = delegation.statement.prefix as Prefix;
    await appendAudit(tx, {
      action: 'delegation.receive',
      actor,
      kind: 'delegation',
      id: parent,
      prefix,
      after: delegation,
    });
    return row;
  });
}

export async function findDelegation(database: Queryable): Promise<HeldDelegation | null> {
  const text = `select ${COLUMNS} from node_delegation`;
  const [row] = await database.query<HeldDelegation & Record<string, unknown>>(text);
  return row ?? null;
}
