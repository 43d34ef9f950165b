import type { Database } from '../../database/database.ts';
import { KapokError } from '../../errors/kapok-error.ts';
import type { Templates } from '../../registry/templates.ts';
import { SYSTEM } from '../audit/append-audit.ts';
import { actOnTransfer } from './act-on-transfer.ts';

const DUE = {
  name: 'transfers_due',
  text: `select id, case state when 'offered' then 'expire' else 'finish' end as action from transfers
    where state = 'offered' and expires_at <= $1 or state = 'accepted' and until <= $1 limit 100`,
};

/** What time decides of transfers: offers expire, windows close. Answers how many; several processes at once do no harm. */
export async function endTransfers(database: Database, now: Date, templates: Templates): Promise<number> {
  const due = await database.query<{ id: string; action: 'expire' | 'finish' }>(DUE, [now]);
  let ended = 0;
  for (const { id, action } of due) {
    const deed = { id, action, by: 'system', actor: SYSTEM, now, windowDays: 0, templates } as const;
    try {
      await database.transaction((tx) => actOnTransfer(tx, deed));
      ended++;
    } catch (error) {
      // Somebody was quicker.
      if (!(error instanceof KapokError) || error.code !== 'TRANSITION_REFUSED') throw error;
    }
  }
  return ended;
}
