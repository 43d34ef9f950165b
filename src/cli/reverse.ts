import { Command } from 'commander';
import type { ReversePage } from '../../proto/http/search.ts';
import { callOk } from './call.ts';
import { readLimit } from './query.ts';
import { readTarget, type TargetOptions, withTarget } from './target.ts';

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
      const target = readTarget(options);
      const asked = new URLSearchParams({ target: pointed });
      let left = readLimit(options.limit);
      while (left > 0) {
        asked.set('limit', String(Math.min(PAGE, left)));
        const page = (await callOk(target, { path: `/api/v1/reverse?${asked}` })) as ReversePage;
        for (const one of page.referrers) {
          const types = one.values.map(({ index, type }) => `${index}:${type}`).join(' ');
          process.stdout.write(`${options.json ? JSON.stringify(one) : `${one.identifier}\t${types}`}\n`);
        }
        left -= page.referrers.length;
        if (page.next === undefined) return;
        asked.set('after', page.next);
      }
    });
}
