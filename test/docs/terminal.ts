import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface Result {
  readonly output: string;
  /** The commands that ended with another exit code than 0. */
  readonly failed: readonly string[];
}

const FAILED = '@@failed: ';
/** For one command on a machine with much else to do: among them those that wait for an import to be found. */
const PATIENCE = 400_000;

/** A shell that keeps its variables and functions from one command to the next, as a user's does. */
export class Terminal {
  readonly #shell: ChildProcess;
  readonly #stderr: string[] = [];

  constructor({ cwd, env }: TerminalOptions) {
    this.#shell = spawnBash(['--noprofile', '--norc'], env, { cwd });
    this.#shell.stdout?.setEncoding('utf8');
    this.#shell.stderr?.setEncoding('utf8').on('data', (text: string) => this.#stderr.push(text));
    this.#shell.stdin?.write(`set -E -o pipefail; trap 'echo "${FAILED}$BASH_COMMAND"' ERR\n`);
  }

  get stderr(): string {
    return this.#stderr.join('');
  }

  async run(command: string): Promise<Result> {
    const end = `@@end ${randomUUID()}`;
    const seen = waitFor(this.#shell, (text) => text.includes(end));
    this.#shell.stdin?.write(`${command}\necho "${end}"\n`);
    const lines = (await seen).split(end, 1)[0]?.split('\n') ?? [];
    const isFailure = (line: string) => line.includes(FAILED);
    return {
      output: lines.filter((line) => !isFailure(line)).join('\n'),
      failed: lines.filter(isFailure).map((line) => line.slice(line.indexOf(FAILED) + FAILED.length)),
    };
  }

  async close(): Promise<void> {
    this.#shell.stdin?.end();
    if (this.#shell.exitCode === null) await once(this.#shell, 'exit');
  }
}

export interface LongRunning {
  readonly output: string;
  /** Ctrl-C; resolves when every process that writes to this terminal is gone. */
  interrupt(): Promise<void>;
}

/** A command in a terminal of its own; resolves when its output contains `ready`. */
export async function startCommand(
  command: string,
  ready: string,
  { cwd, env }: TerminalOptions,
): Promise<LongRunning> {
  const script = `exec 2>&1\n${command}`;
  const child = spawnBash(['-c', script], env, { cwd, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout?.setEncoding('utf8');
  const output = await waitFor(child, (text) => text.includes(ready));
  child.stdout?.resume();
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    output,
    interrupt: async () => {
      // A terminal tells the whole group.
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGINT');
      await closed;
    },
  };
}

/** The test runner adds its own variables to every child: `env -i` takes them away again. */
function spawnBash(args: readonly string[], env: NodeJS.ProcessEnv, options: SpawnOptions): ChildProcess {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value ?? ''}`);
  return spawn('env', ['-i', ...variables, 'bash', ...args], options);
}

function waitFor(child: ChildProcess, isEnough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (error?: Error) => {
      clearTimeout(timer);
      child.stdout?.off('data', onData);
      child.off('exit', onExit);
      if (error === undefined) resolve(text);
      else reject(error);
    };
    const onData = (chunk: string) => {
      text += chunk;
      if (isEnough(text)) settle();
    };
    const onExit = (code: number | null) => settle(new Error(`The command ended with ${code}: ${text}`));
    const timer = setTimeout(() => settle(new Error(`The command did not come to its end: ${text}`)), PATIENCE);
    child.stdout?.on('data', onData);
    child.on('exit', onExit);
  });
}
