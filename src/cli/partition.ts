import { Command, Option } from 'commander';
import { PARTITIONABLE, USUALLY_PARTITIONED } from '../database/partition/partitionable.ts';
import { withJson } from './output.ts';
import type { PartitionCommandOptions } from './partition-run.ts';

const HELP = `
Nodes go on serving and writing meanwhile. It can be broken off at any time, and goes on from there when it is run again;
until then each write is also written to the partitioned table. --abandon takes back what is not done yet.
docs/scale.md says what it needs and how many parts to choose.`;

/** `kapok partition`: tables of a node's database, by a hash of the prefix. */
export function partitionCommand(): Command {
  return withJson(new Command('partition'))
    .description('Partition the tables that grow with the identifiers, while nodes use them.')
    .option('--parts <number>', 'how many parts each table gets: a power of two')
    .addOption(
      new Option('--table <name...>', 'tables to partition').choices(PARTITIONABLE).default(USUALLY_PARTITIONED),
    )
    .option('--database <url>', 'the database of the node (DATABASE_URL)')
    .option('--env-file <file>', 'read DATABASE_URL from a file of NAME=value lines')
    .option('--abandon', 'take back what an earlier run has left undone')
    .addHelpText('after', HELP)
    .action(async (options: PartitionCommandOptions) => {
      const { runPartition } = await import('./partition-run.ts');
      await runPartition(options);
    });
}
