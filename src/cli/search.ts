import { Command } from 'commander';
import type { SearchHit, SearchPage } from '../../proto/http/search.ts';
import { callOk } from './call.ts';
import { readLimit } from './query.ts';
import { readTarget, type TargetOptions, withTarget } from './target.ts';

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
      const target = readTarget(options);
      const asked = new URLSearchParams({ q: words.join(' ') });
      if (options.prefix !== undefined) asked.set('prefix', options.prefix);
      if (options.template !== undefined) asked.set('template', options.template);
      let left = readLimit(options.limit);
      for (let first = true; left > 0; first = false) {
        asked.set('limit', String(Math.min(PAGE, left)));
        const page = (await callOk(target, { path: `/api/v1/search?${asked}` })) as SearchPage;
        if (first) tellSpellings(page);
        for (const hit of page.hits) process.stdout.write(`${options.json ? JSON.stringify(hit) : lineOf(hit)}\n`);
        left -= page.hits.length;
        if (page.next === undefined) return;
        asked.set('after', page.next);
      }
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
