import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { Report } from '../../proto/http/reports.ts';
import type { StatisticsRow } from '../../proto/http/statistics.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions, OutputOptions {
  readonly csv?: true;
}

/** `kapok report daily | monthly | stats`: what a node resolves and registers, and the forms that the authority above asks for. */
export function reportCommand(): Command {
  return new Command('report')
    .description('Print statistics of a node, and its daily and monthly reports.')
    .addCommand(dailyCommand())
    .addCommand(monthlyCommand())
    .addCommand(statsCommand());
}

function dailyCommand(): Command {
  return withForm(new Command('daily'))
    .description('Print the report of a day in China.')
    .option('--table <name>', 'T3 (the node), T8 (each prefix below) or monitoring', 'T3')
    .option('--day <day>', 'such as 2026-11-24; otherwise yesterday')
    .action(async ({ table, day, ...options }: Options & { table: string; day?: string }) => {
      const client = createTargetClient(options);
      if (isCsv(options)) return write(await client.exportDailyReport({ query: { table, day } }));
      let after: string | undefined;
      do {
        const report = await client.getDailyReport({ query: { table, day, after } });
        for (const row of report.rows) print(row, options, textOf(report, row));
        after = report.next;
      } while (after !== undefined);
    });
}

function monthlyCommand(): Command {
  return withForm(new Command('monthly'))
    .description('Print the report of six months.')
    .option('--month <month>', 'the last of the six, such as 2026-11; otherwise the month before this one')
    .action(async ({ month, ...options }: Options & { month?: string }) => {
      const client = createTargetClient(options);
      if (isCsv(options)) return write(await client.exportMonthlyReport({ query: { month } }));
      const report = await client.getMonthlyReport({ query: { month } });
      for (const row of report.rows) print(row, options, textOf(report, row));
    });
}

function statsCommand(): Command {
  return withJson(withTarget(new Command('stats')))
    .description('Print resolutions and registrations by hour, by day in China, or by prefix.')
    .argument('[prefix]', 'only this prefix and those below; otherwise all that the node answers')
    .option('--by <what>', 'hour, day or prefix', 'hour')
    .option('--from <moment>', 'such as 2026-11-24T00:00:00+08:00; otherwise a day before --to')
    .option('--to <moment>', 'otherwise now')
    .action(async (prefix: string | undefined, { by, from, to, ...options }: Options & Record<string, string>) => {
      const client = createTargetClient(options);
      let after: string | undefined;
      do {
        const page = await client.getStatistics({ query: { prefix, by, from, to, after } });
        for (const row of page.rows) print(row, options, lineOf(row));
        after = page.next;
      } while (after !== undefined);
    });
}

function withForm(command: Command): Command {
  return withTarget(command)
    .option('--csv', 'print CSV under the headings of the form')
    .option('--json', 'print a JSON object a row');
}

function isCsv({ csv, json }: Options): boolean {
  if (csv && json) throw new KapokError('BAD_REQUEST', { message: '--csv and --json exclude each other' });
  return csv === true;
}

async function write(body: ReadableStream): Promise<void> {
  await pipeline(Readable.fromWeb(body as never), process.stdout, { end: false });
}

/** A row as lines of "heading: value". */
function textOf({ columns }: Report, row: Report['rows'][number]): string {
  const lines = Object.entries(columns).map(([name, heading]) => {
    const cell = row[name] ?? null;
    if (!Array.isArray(cell)) return `${heading}: ${cell ?? '-'}`;
    return `${heading}: ${cell.map(({ network, requests }) => `${network} ${requests}`).join(', ') || '-'}`;
  });
  return `${lines.join('\n')}\n`;
}

function lineOf({ at, prefix, requests, found, failed, registered, resolving }: StatisticsRow): string {
  const average = resolving.average === null ? '-' : `${resolving.average} ms`;
  const counts = `${requests} resolutions, ${found} found, ${failed} failed, ${registered} registered`;
  return [at ?? (prefix || '(no prefix)'), counts, average].join('\t');
}
