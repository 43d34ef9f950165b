import { Command } from 'commander';
import type { ListedIdentifier } from '../../proto/http/identifiers.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { print } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

/** What narrows a query or an export, as options of the command line. */
export interface NarrowingOptions extends TargetOptions {
  readonly subtree?: true;
  readonly suffix?: string;
  readonly since?: string;
  readonly until?: string;
  readonly identifier?: string;
  readonly template?: string;
  readonly owner?: string;
  readonly type?: string;
  readonly value?: string;
  readonly index?: string;
}

interface Options extends NarrowingOptions {
  readonly status?: string;
  readonly limit?: string;
  readonly count?: true;
  readonly json?: true;
}

const PAGE = 1000;

/** `kapok query PREFIX`: the identifiers of a prefix, one a line, page after page. */
export function queryCommand(): Command {
  return withNarrowing(new Command('query'))
    .description('List the identifiers of a prefix, in order.')
    .option('--status <status>', 'active or tombstone')
    .option('--limit <number>', 'how many at most; otherwise all')
    .option('--count', 'only how many there are')
    .option('--json', 'a JSON object a line, with the values')
    .action(async (prefix: string, options: Options) => {
      const client = createTargetClient(options);
      const status = options.status as ListedIdentifier['status'] | undefined;
      const asked = { ...narrowing(prefix, options), status };
      if (options.count) {
        const { total } = await client.queryIdentifiers({ query: { ...asked, count: true, limit: 1 } });
        return print({ total }, options, String(total));
      }
      let after: string | undefined;
      let left = readLimit(options.limit);
      do {
        const limit = Math.min(PAGE, left);
        const query = { ...asked, ...(options.json ? { values: true } : {}), limit, after };
        const { identifiers, next } = await client.queryIdentifiers({ query });
        for (const one of identifiers) print(one, options, lineOf(one));
        left -= identifiers.length;
        after = next;
      } while (after !== undefined && left > 0);
    });
}

export function withNarrowing(command: Command): Command {
  return withTarget(command)
    .argument('<prefix>', 'such as 88.101.1001')
    .option('--subtree', 'the prefixes below, too')
    .option('--suffix <text>', 'only suffixes that begin so')
    .option('--since <moment>', 'only what was written last at this moment or later, such as 2026-11-23T08:00:00Z')
    .option('--until <moment>', 'only what was written last before this moment')
    .option('--identifier <identifier>', 'only this one')
    .option('--template <name>', 'only records of this template, PREFIX/name')
    .option('--owner <id>', 'only what this credential wrote last, by the id that history shows')
    .option('--type <type>', 'only records with a value of this type')
    .option('--value <text>', 'only records with a value of just this text')
    .option('--index <number>', 'with --type or --value: the value has this index');
}

const TEXTS = ['suffix', 'since', 'until', 'identifier', 'template', 'owner', 'type', 'value'] as const;
type Text = (typeof TEXTS)[number];

export function narrowing(prefix: string, { subtree, index, ...options }: NarrowingOptions) {
  const texts = Object.fromEntries(TEXTS.map((name) => [name, options[name]])) as Partial<Record<Text, string>>;
  return { prefix, ...texts, subtree, index: index === undefined ? undefined : Number(index) };
}

export function readLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new KapokError('BAD_REQUEST', { message: '--limit must be a whole number from 1' });
}

function lineOf({ identifier, status, successor }: ListedIdentifier): string {
  if (status === 'active') return identifier;
  return `${identifier}\ttombstone${successor === undefined ? '' : `\t${successor}`}`;
}
