import type { Queryable } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import { type Prefix, parentOf } from '../../identifier/prefix.ts';
import { DEFAULT_DELEGATION_TTL } from '../../registry/prefix-entry.ts';
import { PREFIX_COLUMNS, type PrefixRow, prefixEntryOf } from '../../registry/prefix-table.ts';
import { patchPrefixIn, storePrefixes } from '../../registry/write-prefixes.ts';
import type { AllotmentDeed, Step } from './act-on-allotment.ts';
import { giveHolder, takeFromHolder } from './holder-grant.ts';

/**
 * What a step of an allotment means where resolution looks, and for who may register there. The change feed takes it to every
 * cache. The last statements of their transaction: from here to its end all other writers of the node wait.
 */
export async function showInPrefixes(
  tx: Queryable,
  { before, after, deed }: Step & { deed: AllotmentDeed },
): Promise<void> {
  const { prefix, action, change = {} } = deed;
  const { organisation } = after;
  const act = { actor: deed.actor, reason: deed.reason };
  switch (action) {
    case 'allot':
    case 'delegate':
    case 'host':
      assertSiteFits(deed);
      if (before?.state === 'under_review') await giveHolder(tx, { organisation, prefix, by: deed.actor });
      return allot(tx, deed, after.label);
    case 'suspend':
      await patchPrefixIn(tx, prefix, { ...act, patch: { ...change, status: 'suspended' } });
      return;
    case 'resume':
      await patchPrefixIn(tx, prefix, { ...act, patch: { ...change, status: 'active' } });
      return;
    case 'revoke':
      await assertNothingBelow(tx, prefix);
      await takeFromHolder(tx, { organisation: before?.organisation ?? null, prefix, by: deed.actor });
      await patchPrefixIn(tx, prefix, { ...act, patch: { ...change, status: 'revoked' } });
      return;
    case 'transfer':
    case 'takeBack':
      await takeFromHolder(tx, { organisation: before?.organisation ?? null, prefix, by: deed.actor });
      await giveHolder(tx, { organisation, prefix, by: deed.actor });
      return;
    default:
      // An application changes nothing that resolves.
      return;
  }
}

async function allot(tx: Queryable, deed: AllotmentDeed, label: string): Promise<void> {
  const { prefix, action, change = {}, actor, reason } = deed;
  const text = `select ${PREFIX_COLUMNS} from prefixes where prefix = $1`;
  const [row] = await tx.query<PrefixRow>(text, [prefix]);
  const defaults = { ttl: DEFAULT_DELEGATION_TTL, suffixCase: 'insensitive' } as const;
  const { ttl, suffixCase } = { ...defaults, ...(row === undefined ? {} : prefixEntryOf(row)), ...change };
  const site = action === 'delegate' ? (change.site ?? null) : null;
  await storePrefixes(tx, [{ prefix, status: 'active', site, ttl, suffixCase, label }], {
    act: { actor, reason },
    revives: true,
  });
}

function assertSiteFits({ action, change }: AllotmentDeed): void {
  const sited = (change?.site ?? null) !== null;
  if (sited === (action === 'delegate')) return;
  const message = sited
    ? `${action} has no site: the prefix is hosted here`
    : 'delegate needs a url or a site that answers for the prefix';
  throw new KapokError('BAD_REQUEST', { message, at: 'site' });
}

/** What lies below would be withdrawn with it, and come back to life with the next holder. */
async function assertNothingBelow(tx: Queryable, prefix: Prefix): Promise<void> {
  const text = `select prefix from allotments where prefix > $1 || '.' and prefix < $1 || '/' and state in ('allotted', 'suspended')
    order by prefix limit 1`;
  const [below] = await tx.query<{ prefix: Prefix }>(text, [prefix]);
  if (below === undefined) return;
  const message = `Prefix ${below.prefix} is allotted below ${parentOf(below.prefix)}; revoke it first`;
  throw new KapokError('PREFIX_IN_USE', { message, subject: below.prefix });
}
