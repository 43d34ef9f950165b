#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { type Compared, compareReports } from './compare-reports.ts';
import type { Report } from './report.ts';

/** `npm run bench:compare -- A.json B.json`: two results of `npm run bench -- --json` side by side. */
await new Command('bench:compare')
  .description(
    'Sets two results of the bench side by side; exit code 1 when a ratio of the second is worse than the bound.',
  )
  .argument('<before>', 'what --json wrote')
  .argument('<after>', 'the same, of another run')
  .option('--worst <share>', 'what a ratio may come to of the earlier one', share, 0.9)
  .action(async (before: string, after: string, { worst }: { worst: number }) => {
    const compared = compareReports(await readReport(before), await readReport(after), worst);
    if (compared.length === 0) throw new Error(`${before} has no profile that can be compared`);
    console.log(format(compared));
    const worse = compared.filter((one) => one.worse).length;
    console.log(`\n${worse} of ${compared.length} ratios are worse than ${worst} of the earlier one`);
    if (worse > 0) process.exitCode = 1;
  })
  .parseAsync()
  .catch((error: Error) => {
    process.stderr.write(`bench:compare: ${error.message}\n`);
    process.exitCode = 1;
  });

async function readReport(file: string): Promise<Report> {
  const report = JSON.parse(await readFile(file, 'utf8')) as Partial<Report> | null;
  if (!Array.isArray(report?.rows)) throw new Error(`${file} is no result of the bench`);
  return report as Report;
}

function format(compared: readonly Compared[]): string {
  const lines = compared.map(({ profile, name, before, after, quality, worse }) => {
    const numbers = [before, after, quality].map((value) => value?.toFixed(3) ?? '–');
    return `| ${[profile, name, ...numbers, worse ? 'WORSE' : ''].join(' | ')} |`;
  });
  return ['| profile | ratio | before | after | quality | |', '|:--|:--|--:|--:|--:|:--|', ...lines].join('\n');
}

function share(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 1) return number;
  throw new InvalidArgumentError('It must be a number above 0, up to 1.');
}
