import { Command } from 'commander';
import { encodePath } from '../identifier/percent-encoding.ts';
import { call } from './call.ts';
import { readTarget, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions {
  readonly explain?: true;
  readonly auth?: true;
}

/**
 * `kapok resolve IDENTIFIER`: the answer of a node, as indented JSON; the exit code tells whether it was found.
 * Only a token that is given as an option is sent: that of the environment belongs to one node, and any may be asked.
 */
export function resolveCommand(): Command {
  return withTarget(new Command('resolve'))
    .description('Resolve an identifier at a node.')
    .argument('<identifier>', 'such as 88.106.32902/1533')
    .option('--explain', 'show each hop')
    .option('--auth', 'ask the responsible node, not a cache')
    .action(async (identifier: string, options: Options) => {
      const flags = [...(options.explain ? ['explain=true'] : []), ...(options.auth ? ['auth=true'] : [])];
      const path = `/api/handles/${encodePath(identifier)}${flags.length === 0 ? '' : `?${flags.join('&')}`}`;
      const { status, json } = await call({ ...readTarget(options), token: options.token }, { path });
      process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
      if (status !== 200) process.exitCode = 1;
    });
}
