import type { Database, Queryable } from '../../../src/database/database.ts';
import type { PartitionProgress } from '../../../src/database/partition/partition-table.ts';

/** A transaction that stays open until what this answers is called, which gives what `work` answers then. */
export async function hold<T>(
  database: Database,
  begin: (tx: Queryable) => Promise<unknown>,
  work: (tx: Queryable) => Promise<T>,
): Promise<() => Promise<T>> {
  const [release, begun] = [gate(), gate()];
  const ended = database.transaction(async (tx) => {
    await tx.query('set local idle_in_transaction_session_timeout = 0');
    await begin(tx);
    begun.open();
    await release.opened;
    return work(tx);
  });
  await Promise.race([begun.opened, ended]);
  return () => {
    release.open();
    return ended;
  };
}

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves when so many steps of this kind were told. */
export function watch(step: PartitionProgress['step'], times: number) {
  const reached = gate();
  let told = 0;
  const onProgress = (progress: PartitionProgress) => {
    if (progress.step === step && ++told === times) reached.open();
  };
  return { reached: reached.opened, onProgress };
}
