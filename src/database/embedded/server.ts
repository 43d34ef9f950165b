import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { clusterFolder } from './cluster.ts';
import { withClient } from './connection.ts';
import type { Placement } from './placement.ts';
import { clearOrphan, stopPostmaster } from './postmaster.ts';
import { serverEnvironment } from './run-as.ts';
import { openServerLog, readLogTail } from './server-log.ts';
import { serverArguments } from './settings.ts';

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
  stop(): Promise<void>;
}

export type Launch =
  | { readonly kind: 'ready'; readonly server: RunningServer }
  /** `busy`: processes of a server that was killed still hold the cluster for a moment. */
  | { readonly kind: 'port-taken' | 'busy' | 'failed'; readonly reason: string; readonly cause?: unknown };

/** How long a server may live without any answer. One that says it is recovering may take as long again, each time. */
const SILENCE_MS = 30_000;

/** Starts the server once and waits for its first answer; a server that gives none is stopped again. */
export async function launchServer(plan: ServerPlan, signal?: AbortSignal): Promise<Launch> {
  await clearOrphan(clusterFolder(plan.placement.home));
  const log = await openServerLog(plan.logFile);
  const logStart = (await log.stat()).size;
  const server = createServer(spawnServer(plan, log.fd));
  await log.close();
  const answer = await waitForAnswer(plan.url, server, signal);
  if (answer.kind === 'answered') return { kind: 'ready', server };
  await server.stop();
  const tail = await readLogTail(plan.logFile, logStart);
  if (answer.kind === 'exited') return { kind: kindOfFailure(tail), reason: `${await server.exited}\n${tail}`.trim() };
  return { kind: 'failed', reason: `${answer.reason}\n${tail}`.trim(), cause: answer.cause };
}

/** In a session of its own: Ctrl-C in a terminal is for us, who finish what is in flight before the server may stop. */
function spawnServer({ placement, port }: ServerPlan, logFd: number): ChildProcess {
  const { runAs, binaries, home } = placement;
  const { file, args, identity } = runAs.command(binaries.postgres, serverArguments(clusterFolder(home), port));
  const stdio = ['ignore' as const, logFd, logFd];
  return spawn(file, args, { ...identity, cwd: '/', env: serverEnvironment, detached: true, stdio });
}

interface ServerProcess extends RunningServer {
  hasExited(): boolean;
}

function createServer(child: ChildProcess): ServerProcess {
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
  };
  return { pid, exited, stop, hasExited: () => ended };
}

type Answer =
  | { readonly kind: 'answered' | 'exited' }
  | { readonly kind: 'silent'; readonly reason: string; readonly cause: unknown };

async function waitForAnswer(url: string, server: ServerProcess, signal: AbortSignal | undefined): Promise<Answer> {
  let deadline = Date.now() + SILENCE_MS;
  for (;;) {
    try {
      await withClient(url, (client) => client.query('select 1'));
      return { kind: 'answered' };
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (server.hasExited()) return { kind: 'exited' };
      if (signal?.aborted) return { kind: 'silent', reason: 'the server was closed while it started', cause };
      if (code === INVALID_PASSWORD) return { kind: 'silent', reason: `the server answers: ${message}`, cause };
      if (code === CANNOT_CONNECT_NOW) deadline = Date.now() + SILENCE_MS;
      if (Date.now() > deadline) return { kind: 'silent', reason: `no answer within ${SILENCE_MS} ms: ${message}`, cause };
    }
    await delay(20);
  }
}

/** SQLSTATEs: what a server says that recovers from a crash, and one that does not know our password. */
const CANNOT_CONNECT_NOW = '57P03';
const INVALID_PASSWORD = '28P01';

function kindOfFailure(log: string): 'port-taken' | 'busy' | 'failed' {
  if (log.includes('could not bind IPv4 address')) return 'port-taken';
  if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(log)) return 'busy';
  return 'failed';
}
