import { Command } from 'commander';
import type { SearchHit, SearchPage } from '../../proto/http/search.ts';
import { print } from './output.ts';
import { readLimit } from './query.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions {
  readonly prefix?: string;
  readonly template?: string;
  readonly limit?: string;
  readonly json?: true;
}

const PAGE = 100;
const LIMIT = '20';

/** `kapok search WORDS…`: what the words find, the best first, with what they were found by. */
export function searchCommand(): Command {
  return withTarget(new Command('search'))
    .description('Search names and values of all that a node knows, in Chinese and English.')
    .argument('<words...>', 'words, "a phrase", and -words that must not be there (after --)')
    .option('--prefix <prefix>', 'only below this prefix')
    .option('--template <name>', 'only of this template, PREFIX/name')
    .option('--limit <number>', 'hits at most', LIMIT)
    .option('--json', 'a JSON object a line')
    .action(async (words: readonly string[], options: Options) => {
      const client = createTargetClient(options);
      const { prefix, template } = options;
      let after: string | undefined;
      let left = readLimit(options.limit);
      do {
        const query = { q: words.join(' '), prefix, template, limit: Math.min(PAGE, left), after };
        const page = await client.searchCatalogue({ query });
        if (after === undefined) tellSpellings(page);
        for (const hit of page.hits) print(hit, options, lineOf(hit));
        left -= page.hits.length;
        after = page.next;
      } while (after !== undefined && left > 0);
    });
}

/** Beside the hits, so that they can be piped on. */
function tellSpellings({ spellings = [] }: SearchPage): void {
  for (const { asked, used } of spellings) process.stderr.write(`"${asked}" was searched as ${used.join(', ')}\n`);
}

function lineOf({ identifier, name, values }: SearchHit): string {
  const found = values.map(({ type, text }) => `${type}: ${text.replace(/\s+/g, ' ')}`);
  return [identifier, name.text, ...found].join('\t');
}
