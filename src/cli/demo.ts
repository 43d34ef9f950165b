import { Command } from 'commander';
import { readVariable } from '../config/environment.ts';
import { onStopSignal } from './stop-signal.ts';

/** `kapok demo`, which is `npm start`: the whole tree on this machine. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Start the demo tree: a top node, eight industry nodes and four enterprise nodes, with real data.')
    .option('--data-dir <folder>', 'where its state lives (KAPOK_DATA_DIR; otherwise .kapok)')
    .action(async ({ dataDir }: { dataDir?: string }) => {
      const { startDemo } = await import('../demo/start-demo.ts');
      const demo = await startDemo({
        dataDir: dataDir ?? readVariable('KAPOK_DATA_DIR') ?? '.kapok',
        print: (line) => process.stdout.write(`${line}\n`),
      });
      onStopSignal(() => demo.close());
    });
}
