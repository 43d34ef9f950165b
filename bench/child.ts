import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../src/config/environment.ts';
import { programAt } from '../src/config/package-folder.ts';

/** Longer than a node takes to give up draining, in milliseconds. */
const PATIENCE = 20_000;

export interface ChildOptions {
  /** Of the program, from the project's folder and without its ending: `src/cli/main`. */
  readonly path: string;
  readonly args?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFile: string;
}

export interface Child<First> {
  readonly pid: number;
  /** The first message it sent. */
  readonly first: First;
  /** Sends a message and answers the next one that comes back. */
  ask<Answer>(message: object): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts one of our programs as a process of its own; resolves at its first message. It ends when we end. */
export async function startChild<First>({ path, args = [], settings = {}, logFile }: ChildOptions) {
  const file = fileURLToPath(programAt(path));
  // A test that runs from its source does so through tsx.
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const log = await open(logFile, 'a', 0o600);
  // Its own process group: a Ctrl-C in the terminal reaches the bench alone, which then stops everything in order.
  const child = spawn(process.execPath, [...loader, file, ...args], {
    env: childEnvironment(settings),
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    detached: true,
  });
  await log.close();
  const ended = new Promise<never>((_, reject) => {
    const fail = (how: unknown) => reject(new Error(`${path} ended (${how}); its log is ${logFile}`));
    child.once('exit', (code, signal) => fail(signal ?? `exit code ${code}`));
    child.once('error', (error) => fail(error.message));
  });
  // Who waits for a message sees it; nobody else has to.
  ended.catch(() => {});
  const next = async <T>() => (await Promise.race([once(child, 'message'), ended]))[0] as T;
  const first = await next<First>();
  const started: Child<First> = {
    pid: child.pid as number,
    first,
    ask: <Answer>(message: object) => {
      const answer = next<Answer>();
      child.send(message);
      return answer;
    },
    close: () => stop(child),
  };
  return started;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await exited;
  clearTimeout(timer);
}
