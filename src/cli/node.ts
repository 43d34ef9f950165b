import { Command } from 'commander';
import { VARIABLES } from '../config/config.ts';
import { loadEnvFile, readEnvironment } from '../config/environment.ts';
import { onStopSignal } from './stop-signal.ts';

/** `kapok node`: one node, configured by the environment, until it is told to stop. */
export function nodeCommand(): Command {
  return new Command('node')
    .description('Start one node. Its settings come from the environment.')
    .option('--env-file <file>', 'read settings from a file of NAME=value lines first')
    .addHelpText('after', `\nSettings (docs/operations.md says what each may be):\n  ${VARIABLES.join('\n  ')}`)
    .action(async ({ envFile }: { envFile?: string }) => {
      if (envFile !== undefined) loadEnvFile(envFile);
      // Only here: the other commands need none of what a node is made of, and start in a third of the time without it.
      const { startNode } = await import('../node.ts');
      const node = await startNode(readEnvironment());
      if (node.firstToken !== null) process.stdout.write(`${firstTokenNotice(node.name, node.firstToken)}\n`);
      // The demo starts nodes as children: this tells it where the node listens, and its end is our end.
      process.send?.({ ready: true, url: node.url, firstToken: node.firstToken });
      onStopSignal(() => node.close());
    });
}

function firstTokenNotice(name: string, token: string): string {
  return `The operator token of node ${name}, shown only this once:\n\n  ${token}\n`;
}
