import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProcess } from '../../src/database/embedded/processes.ts';
import type { DemoNode } from '../../src/demo/start-demo.ts';
import { until } from '../resolve/until.ts';
import { spawnKapok } from './node-process.ts';

export interface DemoProcess {
  readonly child: ChildProcess;
  /** As demo.json lists them. */
  readonly nodes: readonly DemoNode[];
  node(prefix: string): DemoNode;
  /** Sends a signal and waits until the process of the demo itself is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A folder for the demo's state. Others may pass through it: the database server runs under another uid when we are root. */
export async function demoFolder(t: { teardown(work: () => Promise<unknown>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kapok-demo-'));
  await chmod(folder, 0o711);
  t.teardown(async () => {
    const pid = await findPostmaster(folder);
    if (pid !== null) process.kill(pid, 'SIGINT');
    if (pid !== null) await until(() => !isAlive(pid));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** `kapok demo`; where there are many loopback addresses, on another one than a demo that runs already. */
export function spawnDemo(folder: string, main: string): ChildProcess {
  const settings: Record<string, string> = process.platform === 'linux' ? { KAPOK_HOST: '127.0.0.2' } : {};
  return spawnKapok(['demo', '--data-dir', folder], { settings, program: [main] });
}

export async function startDemoProcess(
  t: { teardown(work: () => Promise<unknown>): void },
  { folder, main }: { folder: string; main: string },
): Promise<DemoProcess> {
  const child = spawnDemo(folder, main);
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  t.teardown(() => end('SIGINT'));
  await lineOf(child, /^Ready in/);
  const { nodes } = JSON.parse(await readFile(join(folder, 'demo.json'), 'utf8')) as { nodes: DemoNode[] };
  const node = (prefix: string) => {
    const found = nodes.find((item) => item.prefix === prefix);
    if (found === undefined) throw new Error(`demo.json has no node ${prefix}`);
    return found;
  };
  return { child, nodes, node, end };
}

/** Resolves at the first line of standard output that matches. */
export async function lineOf(child: ChildProcess, pattern: RegExp): Promise<void> {
  const said: string[] = [];
  if (child.stdout === null) throw new Error('its standard output is not read');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    said.push(line);
    if (!pattern.test(line)) continue;
    child.stdout.resume();
    return;
  }
  throw new Error(`it ended without ${pattern}:\n${said.join('\n')}`);
}

export async function findPostmaster(folder: string): Promise<number | null> {
  const text = await readFile(join(folder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 && isAlive(pid) ? pid : null;
}

export function isAlive(pid: number): boolean {
  return findProcess(pid) !== null;
}

/** Whether someone listens at the place that a URL names. */
export function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
