import cluster from 'node:cluster';
import { Command } from 'commander';
import { type Config, VARIABLES } from '../config/config.ts';
import { loadEnvFile, readEnvironment } from '../config/environment.ts';
import type { RunningNode } from '../node.ts';
import type { Message } from '../workers/messages.ts';
import { Neighbours } from '../workers/neighbours.ts';
import { onStopSignal } from './stop-signal.ts';

/** `kapok node`: one node, configured by the environment, until it is told to stop. */
export function nodeCommand(): Command {
  return new Command('node')
    .description('Start one node. Its settings come from the environment.')
    .option('--env-file <file>', 'read settings from a file of NAME=value lines first')
    .addHelpText('after', `\nSettings (docs/operations.md says what each may be):\n  ${VARIABLES.join('\n  ')}`)
    .option('--workers <number>', 'processes that serve the node behind its port (KAPOK_WORKERS)')
    .action(async ({ envFile, workers }: { envFile?: string; workers?: string }) => {
      if (envFile !== undefined) loadEnvFile(envFile);
      const config = readEnvironment(workers === undefined ? {} : { KAPOK_WORKERS: workers });
      // Only here: the other commands need none of what a node is made of, and start in a third of the time without it.
      if (cluster.isWorker) return runWorker(config);
      const { firstToken, url, close } = config.workers > 1 ? await runWorkers(config) : await runAlone(config);
      if (firstToken !== null) process.stdout.write(`${firstTokenNotice(config.prefix ?? 'resolver', firstToken)}\n`);
      // The demo starts nodes as children: this tells it where the node listens, and its end is our end.
      process.send?.({ ready: true, url, firstToken });
      onStopSignal(close);
    });
}

async function runAlone(config: Config) {
  const { startNode } = await import('../node.ts');
  const node = await startNode(config);
  return { ...node, close: () => drainAndClose(node) };
}

async function runWorkers(config: Config) {
  const { startWorkers } = await import('../workers/start-workers.ts');
  const node = await startWorkers(config);
  process.on('SIGUSR2', () => void node.restart());
  return node;
}

/** One of the processes that the command started. */
async function runWorker(config: Config): Promise<void> {
  const { startNode } = await import('../node.ts');
  const node = await startNode(config, { neighbours: new Neighbours(process) }).catch((error: unknown) => {
    // The listener of the neighbours would keep the process.
    process.disconnect();
    throw error;
  });
  process.send?.({ kind: 'ready', url: node.url, firstToken: node.firstToken } satisfies Message);
  onStopSignal(() => drainAndClose(node));
}

async function drainAndClose(node: RunningNode): Promise<void> {
  await node.drain();
  await node.close();
}

function firstTokenNotice(name: string, token: string): string {
  return `The operator token of node ${name}, shown only this once:\n\n  ${token}\n`;
}
