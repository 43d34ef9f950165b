import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findText } from './files.ts';
import { becomesTrue, findProcess, isPidTaken, type ProcessFacts } from './processes.ts';

/** PostgreSQL's fast, immediate and no shutdown. The latter two leave recovery to the next start; none loses a commit. */
const STEPS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];

/** Stops a postmaster, gently at first; resolves when its process is gone. */
export async function stopPostmaster(pid: number): Promise<void> {
  const startMark = findProcess(pid)?.startMark;
  if (startMark === undefined) return;
  // Not just "the pid is free": while we wait it may be given to a stranger, who must not get the next signal.
  const isGone = () => findProcess(pid)?.startMark !== startMark;
  for (const [signal, limitMs] of STEPS) {
    if (isGone()) return;
    sendSignal(pid, signal);
    if (await becomesTrue(isGone, limitMs)) return;
  }
  throw new Error(`process ${pid} outlives SIGKILL`);
}

/**
 * Makes a cluster ready to be started: stops the postmaster that a killed owner left running on it, and removes a pid
 * file that PostgreSQL would take for a running server because its pid now names a stranger or a zombie. Resolves to the
 * pid of the postmaster that was stopped, or null.
 */
export async function clearOrphan(cluster: string): Promise<number | null> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = Number.parseInt((await findText(pidFile)) ?? '', 10);
  // With a pid that is free PostgreSQL deals itself, and looks whether backends of that server still live.
  if (!(pid > 0) || !isPidTaken(pid)) return null;
  const facts = findProcess(pid);
  if (facts !== null && isPostmasterOf(facts, cluster)) {
    await stopPostmaster(pid);
    return pid;
  }
  await rm(pidFile, { force: true });
  return null;
}

/** A postmaster works inside its cluster's folder; where that is hidden, its command line names the folder. */
function isPostmasterOf({ command, folder }: ProcessFacts, cluster: string): boolean {
  return basename(command[0] ?? '') === 'postgres' && (folder === cluster || command.includes(cluster));
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
