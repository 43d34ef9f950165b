import { Command } from 'commander';
import type { Notice } from '../../proto/http/notices.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { readLimit } from './query.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface ListOptions extends TargetOptions, OutputOptions {
  readonly organisation?: string;
  readonly after?: string;
  readonly limit: string;
}

const PAGE = 500;

/** `kapok notice list`: what organisations were told. */
export function noticeCommand(): Command {
  const list = withJson(withTarget(new Command('list')))
    .description('List what your organisations were told, the oldest first.')
    .option('--organisation <id>', 'only this one')
    .option('--after <number>', 'only after this notice')
    .option('--limit <number>', 'how many at most', '100')
    .action(async ({ organisation, after, limit, ...options }: ListOptions) => {
      const client = createTargetClient(options);
      let left = readLimit(limit);
      let cursor = after;
      while (left > 0) {
        const asked = Math.min(PAGE, left);
        const { notices, next } = await client.listNotices({ query: { organisation, after: cursor, limit: asked } });
        for (const one of notices) print(one, options, lineOf(one));
        if (notices.length < asked) return;
        left -= notices.length;
        cursor = next;
      }
    });
  return new Command('notice').description('Read what organisations were told.').addCommand(list);
}

function lineOf({ seq, at, kind, prefix, about, body }: Notice): string {
  return [seq, at, kind, prefix ?? `${about.kind} ${about.id}`, JSON.stringify(body)].join('\t');
}
