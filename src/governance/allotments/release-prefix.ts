import type { Database, Queryable } from '../../database/database.ts';
import { type Prefix, parentOf } from '../../identifier/prefix.ts';
import { PREFIX_COLUMNS, type PrefixRow, prefixEntryOf } from '../../registry/prefix-table.ts';
import { storePrefixes } from '../../registry/write-prefixes.ts';
import { SYSTEM } from '../audit/append-audit.ts';
import { getTransition } from '../machine.ts';
import { recordStep } from './act-on-allotment.ts';
import { ALLOTMENT_TRANSITIONS, type Allotment } from './allotment.ts';
import { lockAllotment, storeAllotment } from './allotment-table.ts';
import { clearRest, clearSome } from './clear-prefix.ts';

const DUE = {
  name: 'allotments_due',
  text: `select prefix from allotments where state = 'quarantined' and quarantine_until <= $1 order by quarantine_until limit 100`,
};

/**
 * Makes the prefixes free whose quarantine is over; answers how many. What the former holder wrote is cleared before, some
 * thousand records a transaction, while the prefix is still revoked: so nothing half done can be seen, and who comes next finds nothing
 * of it. Two processes at once do no harm.
 */
export async function releaseDue(database: Database, now: Date): Promise<number> {
  const due = await database.query<{ prefix: Prefix }>(DUE, [now]);
  let released = 0;
  for (const { prefix } of due) {
    while (await database.transaction((tx) => clear(tx, prefix, now)));
    if (await database.transaction((tx) => release(tx, prefix, now))) released++;
  }
  return released;
}

function isDue(allotment: Allotment | null, now: Date): allotment is Allotment {
  return allotment?.state === 'quarantined' && Date.parse(allotment.quarantineUntil ?? '') <= now.getTime();
}

async function clear(tx: Queryable, prefix: Prefix, now: Date): Promise<boolean> {
  return isDue(await lockAllotment(tx, prefix), now) && clearSome(tx, prefix);
}

async function release(tx: Queryable, prefix: Prefix, now: Date): Promise<boolean> {
  const before = await lockAllotment(tx, prefix);
  if (!isDue(before, now)) return false;
  const step = { state: before.state, action: 'release', by: 'system' } as const;
  const { to } = getTransition(ALLOTMENT_TRANSITIONS, step, { subject: prefix });
  const after = await storeAllotment(tx, {
    ...{
      prefix,
      parent: before.parent,
      organisation: null,
      state: to,
      label: '',
      purpose: '',
      remarks: null,
      suspendedBy: [],
    },
    ...{ appliedAt: null, allottedAt: null, quarantineUntil: null },
  });
  await recordStep(tx, { before, after, deed: { action: 'release', actor: SYSTEM } });
  await clearRest(tx, prefix);
  await endPrefixes(tx, prefix);
  return true;
}

/** The prefix and those below it stay revoked, without a site or a name, until they are allotted anew. */
async function endPrefixes(tx: Queryable, prefix: Prefix): Promise<void> {
  const text = `select ${PREFIX_COLUMNS} from prefixes where prefix = $1 or (prefix > $1 || '.' and prefix < $1 || '/') order by prefix`;
  const entries = (await tx.query<PrefixRow>(text, [prefix])).map(prefixEntryOf);
  const ended = entries.map((entry) => ({ ...entry, status: 'revoked' as const, site: null, label: '' }));
  const below = ended.filter((entry) => entry.prefix !== prefix).map((entry) => entry.prefix);
  const free = `insert into allotments (prefix, parent, state) select prefix, parent, 'free'
    from unnest($1::text[], $2::text[]) as n(prefix, parent) on conflict do nothing`;
  await tx.query(free, [below, below.map((one) => parentOf(one))]);
  if (ended.length > 0) await storePrefixes(tx, ended, { act: { actor: SYSTEM, reason: 'the quarantine is over' } });
}
