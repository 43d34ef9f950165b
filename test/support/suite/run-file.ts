import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { timeOfEnded } from './processor-time.ts';

export interface FileResult {
  /** Why it failed; null when all is well. */
  readonly failure: string | null;
  readonly checks: number;
  readonly seconds: number;
  /** Seconds of processor time, of its own and of the processes that it started: those of database servers are not among them. */
  readonly worked: number;
}

export interface RunOptions {
  /** Takes what the file prints. */
  readonly output: string;
  /** Seconds until a file is ended that does not end. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** Between the signal that asks a file to end, and the one that does not ask. */
const GRACE_MS = 5_000;

/** What timeOfEnded() was at the last end of a file. */
let ended = 0;

/** Runs a test file in a process of its own. What it prints goes to a file as it is: no second process reads it. */
export async function runFile(file: string, { output, timeout, signal }: RunOptions): Promise<FileResult> {
  const begun = performance.now();
  mkdirSync(dirname(output), { recursive: true });
  const descriptor = openSync(output, 'w');
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', descriptor, descriptor],
    env: { ...process.env, TAP_TIMEOUT: String(timeout) },
  });
  closeSync(descriptor);
  let late = false;
  const end = () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  };
  const timer = setTimeout(() => {
    late = true;
    end();
  }, timeout * 1_000);
  signal?.addEventListener('abort', end);
  const [code, killedBy] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  const worked = timeOfEnded() - ended;
  ended += worked;
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
  const told = readTold(readFileSync(output, 'utf8'));
  const ending = late ? `it did not end within ${timeout} s` : endingOf(code, killedBy);
  const seconds = (performance.now() - begun) / 1_000;
  return { failure: ending ?? told.failure, checks: told.checks, seconds, worked };
}

function endingOf(code: number | null, killedBy: NodeJS.Signals | null): string | null {
  if (code === 0) return null;
  return killedBy === null ? `it ended with ${code}` : `it ended by ${killedBy}`;
}

/** A file may end well without having come to its end, by `process.exit(0)`: its plan, which comes last, would be missing. */
function readTold(tap: string): { failure: string | null; checks: number } {
  const checks = tap.match(/^ *ok \d+/gm)?.length ?? 0;
  if (/^ *not ok \d+(?!.*# TODO)/m.test(tap)) return { failure: 'a check failed', checks };
  const plan = Number(/^1\.\.(\d+)/m.exec(tap)?.[1] ?? Number.NaN);
  if (Number.isNaN(plan)) return { failure: 'it told no plan', checks };
  const told = tap.match(/^(not )?ok \d+/gm)?.length ?? 0;
  return { failure: told === plan ? null : `it planned ${plan} and told ${told}`, checks };
}
