import type { Database } from '../../database/database.ts';
import type { Prefix } from '../../identifier/prefix.ts';
import type { PrefixStatus } from '../../registry/prefix-entry.ts';
import { patchPrefixIn } from '../../registry/write-prefixes.ts';

export interface Standing {
  readonly prefix: Prefix;
  /** Of the prefix, or of the one above it that is withdrawn, at the node above. */
  readonly status: PrefixStatus;
  /** The subject of that node. */
  readonly parent: string;
}

/**
 * Has the own prefix follow its standing at the node above; answers whether anything changed. A revocation is a suspension here,
 * for here it would be final, and above it ends with the quarantine. What this node has suspended by itself stays so.
 */
export function keepStanding(database: Database, { prefix, status, parent }: Standing): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [held] = await tx.query<{ withheld: boolean }>('select withheld from node_delegation for update');
    const [entry] = await tx.query<{ status: PrefixStatus }>('select status from prefixes where prefix = $1', [prefix]);
    if (held === undefined || entry === undefined) return false;
    const isWithdrawn = status !== 'active';
    const changes = isWithdrawn ? entry.status === 'active' : held.withheld && entry.status === 'suspended';
    if (held.withheld && !isWithdrawn) await tx.query('update node_delegation set withheld = false');
    if (!changes) return false;
    if (isWithdrawn) await tx.query('update node_delegation set withheld = true');
    const reason = isWithdrawn ? `The node above has ${status} it` : 'The node above has resumed it';
    const patch = { status: isWithdrawn ? ('suspended' as const) : ('active' as const) };
    await patchPrefixIn(tx, prefix, { patch, actor: { id: parent, subject: parent }, reason });
    return true;
  });
}
