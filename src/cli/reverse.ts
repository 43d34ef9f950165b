import { Command } from 'commander';
import { print } from './output.ts';
import { readLimit } from './query.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions {
  readonly limit?: string;
  readonly json?: true;
}

const PAGE = 1000;

/** `kapok reverse TARGET`: the identifiers that point at a URL or an identifier, one a line. */
export function reverseCommand(): Command {
  return withTarget(new Command('reverse'))
    .description('Tell which identifiers point at a URL or at an identifier.')
    .argument('<target>', 'a URL or an identifier')
    .option('--limit <number>', 'how many at most; otherwise all')
    .option('--json', 'a JSON object a line')
    .action(async (pointed: string, options: Options) => {
      const client = createTargetClient(options);
      let after: string | undefined;
      let left = readLimit(options.limit);
      do {
        const query = { target: pointed, limit: Math.min(PAGE, left), after };
        const { referrers, next } = await client.findReferrers({ query });
        for (const one of referrers) {
          const types = one.values.map(({ index, type }) => `${index}:${type}`).join(' ');
          print(one, options, `${one.identifier}\t${types}`);
        }
        left -= referrers.length;
        after = next;
      } while (after !== undefined && left > 0);
    });
}
