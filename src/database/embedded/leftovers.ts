import { stat } from 'node:fs/promises';
import { listProcesses } from './processes.ts';

/** Stands in the title of every process of a server but the postmaster; as unique as the cluster's folder. */
export async function nameOfServer(cluster: string): Promise<string> {
  const { dev, ino } = await stat(cluster);
  return `kapok-${dev}-${ino}`;
}

/**
 * Kills what a server that is gone has left. Its idle backends end by themselves, but one amid a long statement notices
 * nothing, and holds the cluster's shared memory against the next start until the statement ends (seen: 20 s). It can
 * acknowledge nothing that the next start would not find in the write-ahead log.
 */
export function killLeftovers(name: string): void {
  for (const { pid, command } of listProcesses()) {
    if (!command.startsWith(`postgres: ${name}: `)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // EPERM: a stranger may give itself any title.
      if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    }
  }
}
