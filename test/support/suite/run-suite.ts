import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { inSources } from './in-sources.ts';
import { type FileResult, runFile } from './run-file.ts';

export interface SuiteOptions {
  /** The folder that the names of the files begin in. */
  readonly folder: string;
  /** Gets a file for each of them, with what it printed. */
  readonly results: string;
  /** How many run at once. */
  readonly jobs: number;
  /** Seconds until a file is ended that does not end. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
  print(line: string): void;
}

/** Runs test files, so many at once, in the order given; answers whether all went well. */
export async function runSuite(files: readonly string[], options: SuiteOptions): Promise<boolean> {
  const { folder, results, jobs, timeout, signal, print } = options;
  const begun = performance.now();
  const failed: string[] = [];
  const told: Told[] = [];
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined && signal?.aborted !== true; file = waiting.shift()) {
      const output = join(results, `${file}.tap`);
      const result = await runFile(join(folder, file), {
        output,
        timeout,
        ...(signal === undefined ? {} : { signal }),
      });
      told.push({ file, ...result });
      print(lineOf(file, result));
      if (result.failure === null) continue;
      failed.push(file);
      const said = inSources(readFileSync(output, 'utf8'));
      writeFileSync(output, said);
      for (const line of troubleOf(said)) print(`  ${line}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const checks = sumOf(told, 'checks');
  print(`# ${files.length} files, ${checks} checks, ${failed.length} files failed`);
  for (const line of timesOf(told, (performance.now() - begun) / 1_000)) print(`# ${line}`);
  for (const file of failed) print(`# failed: ${file}, see ${join(results, `${file}.tap`)}`);
  return failed.length === 0 && signal?.aborted !== true;
}

type Told = FileResult & { readonly file: string };

function sumOf(told: readonly Told[], field: 'checks' | 'worked'): number {
  return told.reduce((sum, result) => sum + result[field], 0);
}

/** Where the time went: what a change to the suite is measured by is the processor's time, which others on the machine disturb less. */
function timesOf(told: readonly Told[], seconds: number): string[] {
  const most = (field: 'seconds' | 'worked') => {
    const first = told.toSorted((a, b) => b[field] - a[field]).slice(0, FILES_NAMED);
    return first.map((result) => `${result.file} ${result[field].toFixed(1)}`).join(', ');
  };
  return [
    `${seconds.toFixed(0)} s, ${sumOf(told, 'worked').toFixed(0)} s of processor time`,
    `longest: ${most('seconds')}`,
    `most work: ${most('worked')}`,
  ];
}

function lineOf(file: string, { failure, checks, seconds, worked }: FileResult): string {
  const numbers = `${checks} checks, ${seconds.toFixed(1)} s, ${worked.toFixed(1)} s of work`;
  return failure === null ? `ok     ${file} (${numbers})` : `not ok ${file}: ${failure} (${numbers})`;
}

/** What matters of the output of a file that failed: the checks that did, each with what follows it, and how it ended. */
function troubleOf(tap: string): string[] {
  const lines = tap.trimEnd().split('\n');
  const bad = lines.flatMap((line, i) => (/^ *not ok /.test(line) ? lines.slice(i, i + LINES_OF_A_CHECK) : []));
  return [...bad.slice(0, LINES_OF_A_FILE), '…', ...lines.slice(-LINES_OF_THE_END)];
}

const FILES_NAMED = 12;
const LINES_OF_A_CHECK = 40;
const LINES_OF_A_FILE = 200;
const LINES_OF_THE_END = 20;
