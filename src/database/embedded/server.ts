import { type ChildProcess, spawn } from 'node:child_process';
import { clusterFolder } from './cluster.ts';
import { killLeftovers, nameOfServer } from './leftovers.ts';
import type { Placement } from './placement.ts';
import { clearOrphan, stopPostmaster } from './postmaster.ts';
import { serverEnvironment } from './run-as.ts';
import { openServerLog, readLogTail } from './server-log.ts';
import { serverArguments } from './settings.ts';
import { waitForAnswer } from './wait-for-answer.ts';

export interface ServerPlan {
  readonly placement: Placement;
  readonly port: number;
  readonly logFile: string;
  /** A database that answers when the server does. */
  readonly url: string;
}

export interface RunningServer {
  readonly pid: number;
  /** How the process ended, in words. */
  readonly exited: Promise<string>;
  /** Stops what still lives of it, gently when all of it does. */
  stop(): Promise<void>;
}

export type Launch =
  | { readonly kind: 'ready'; readonly server: RunningServer }
  /** `busy`: processes of a server that was killed still hold the cluster for a moment. */
  | { readonly kind: 'port-taken' | 'busy' | 'failed'; readonly reason: string; readonly cause?: unknown };

/** Starts the server once and waits for its first answer; a server that gives none is stopped again. */
export async function launchServer(plan: ServerPlan, signal?: AbortSignal): Promise<Launch> {
  const cluster = clusterFolder(plan.placement.home);
  await clearOrphan(cluster);
  const name = await nameOfServer(cluster);
  const log = await openServerLog(plan.logFile);
  const logStart = (await log.stat()).size;
  let server: ServerProcess;
  try {
    const args = serverArguments({ cluster, port: plan.port, name });
    server = watchServer(spawnServer(plan.placement, args, log.fd), name);
  } finally {
    await log.close();
  }
  const answer = await waitForAnswer({ url: plan.url, hasEnded: server.hasEnded, signal });
  if (answer.kind === 'answered') return { kind: 'ready', server };
  await server.stop();
  const tail = await readLogTail(plan.logFile, logStart);
  if (answer.kind === 'ended') return { kind: kindOfFailure(tail), reason: `${await server.exited}\n${tail}`.trim() };
  return { kind: 'failed', reason: `${answer.reason}\n${tail}`.trim(), cause: answer.cause };
}

/** In a session of its own: Ctrl-C in a terminal is for us, who finish what is in flight before the server may stop. */
function spawnServer({ runAs, binaries }: Placement, settings: readonly string[], logFd: number): ChildProcess {
  const { file, args, identity } = runAs.command(binaries.postgres, settings);
  const stdio = ['ignore' as const, logFd, logFd];
  return spawn(file, args, { ...identity, cwd: '/', env: serverEnvironment, detached: true, stdio });
}

interface ServerProcess extends RunningServer {
  hasEnded(): boolean;
}

function watchServer(child: ChildProcess, name: string): ServerProcess {
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once('error', (error) => resolve(error.message));
  }).then((reason) => {
    ended = true;
    return reason;
  });
  const pid = child.pid ?? 0;
  const stop = async () => {
    if (!ended && pid > 0) await stopPostmaster(pid);
    await exited;
    killLeftovers(name);
  };
  return { pid, exited, stop, hasEnded: () => ended };
}

function kindOfFailure(log: string): 'port-taken' | 'busy' | 'failed' {
  if (log.includes('could not bind IPv4 address')) return 'port-taken';
  if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(log)) return 'busy';
  return 'failed';
}
