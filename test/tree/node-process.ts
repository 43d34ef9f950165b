import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, type CallOptions, callUrl } from '../support/call.ts';
import { OPERATOR_TOKEN } from '../support/node.ts';
import { LOADER, moduleOf, root } from '../support/root.ts';

export interface NodeProcess {
  readonly url: string;
  readonly pid: number;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** SIGKILL: gone at once. */
  kill(): Promise<void>;
}

/** How the program is run: compiled, or from its source. */
export type Program = readonly string[];

/** As the tests themselves run. */
export const KAPOK: Program = [...LOADER, moduleOf('src/cli/main')];

/** The `kapok` command in a process of its own; its environment holds no settings but the given ones. */
export function spawnKapok(
  args: readonly string[],
  { settings = {}, program = KAPOK }: { settings?: Record<string, string>; program?: Program },
): ChildProcess {
  return spawnNode([...program, ...args], { settings, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

/**
 * Node.js in the folder of the checkout, without settings of Kapok and without what tap loads into every process below
 * it: tap puts that into NODE_OPTIONS when a process is spawned, so `env` takes it out again.
 */
export function spawnNode(
  args: readonly string[],
  { settings = {}, stdio }: { settings?: Record<string, string>; stdio: StdioOptions },
): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^KAPOK_|_URL$/.test(name));
  const env = { ...Object.fromEntries(inherited), ...settings };
  return spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, ...args], { cwd: root, env, stdio });
}

interface Teardown {
  teardown(work: () => Promise<unknown>): void;
}

/** `kapok node` with these settings and options, from the moment at which it listens. */
export async function startNodeProcess(
  t: Teardown,
  settings: Record<string, string>,
  options: readonly string[] = [],
): Promise<NodeProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kapok-node-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const defaults = { KAPOK_PORT: '0', KAPOK_RATE_LIMIT: '0', KAPOK_LOG_LEVEL: 'error', KAPOK_DATA_DIR: dataDir };
  return follow(
    t,
    spawnKapok(['node', ...options], { settings: { ...defaults, KAPOK_OPERATOR_TOKEN: OPERATOR_TOKEN, ...settings } }),
  );
}

/** `kapok node --env-file`, from the moment at which it listens. */
export function startNodeFromFile(
  t: Teardown,
  { envFile, program }: { envFile: string; program: Program },
): Promise<NodeProcess> {
  return follow(t, spawnKapok(['node', '--env-file', envFile], { program }));
}

async function follow(t: Teardown, child: ChildProcess): Promise<NodeProcess> {
  const exited = once(child, 'exit');
  child.stdout?.resume();
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  t.teardown(kill);
  const ended = exited.then(([code, signal]) => {
    throw new Error(`the node ended with ${code ?? signal}`);
  });
  ended.catch(() => {});
  const [{ url }] = (await Promise.race([once(child, 'message'), ended])) as [{ url: string }];
  return {
    url,
    pid: child.pid as number,
    call: (method, path, options) => callUrl(method, `${url}${path}`, { token: OPERATOR_TOKEN, ...options }),
    get: (path) => callUrl('GET', `${url}${path}`),
    kill,
  };
}
