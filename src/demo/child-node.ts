import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { childEnvironment } from '../config/environment.ts';

export interface ChildNodeOptions {
  readonly settings: Readonly<Record<string, string>>;
  /** Where the node's log goes. */
  readonly logFile: string;
  readonly onExit: (reason: string) => void;
  /** Stops the node, also while it starts. */
  readonly signal: AbortSignal;
}

export interface ChildNode {
  readonly url: string;
  readonly pid: number;
  /** Lets the node drain; resolves when it is gone. */
  close(): Promise<void>;
}

/** Longer than a node takes to give up draining, in milliseconds. */
const PATIENCE = 20_000;

/** Starts `kapok node` as a process of its own; resolves when it listens. It ends when we end, however we end. */
export async function startChildNode({ settings, logFile, onExit, signal }: ChildNodeOptions): Promise<ChildNode> {
  const log = await open(logFile, 'a', 0o600);
  // Its own process group: a Ctrl-C in the terminal reaches us alone, and we stop the nodes before their database.
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] as string, 'node'], {
    env: childEnvironment(settings),
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    detached: true,
  });
  await log.close();
  let closing = false;
  let ready = false;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  void exited.then((reason) => {
    if (ready && !closing) onExit(reason);
  });
  const close = async () => {
    closing = true;
    await stop(child, exited);
  };
  if (signal.aborted) void close();
  else signal.addEventListener('abort', close, { once: true });
  const first = await Promise.race([once(child, 'message').then(([message]) => message as { url: string }), exited]);
  if (typeof first === 'string') {
    throw new Error(`Node ${settings.KAPOK_PREFIX} did not start (${first}); its log is ${logFile}`);
  }
  ready = true;
  return { url: first.url, pid: child.pid as number, close };
}

async function stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await exited;
  clearTimeout(timer);
}
