import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const failed: string[] = [];
  let checks = 0;
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined && signal?.aborted !== true; file = waiting.shift()) {
      const output = join(results, `${file}.tap`);
      const result = await runFile(join(folder, file), {
        output,
        timeout,
        ...(signal === undefined ? {} : { signal }),
      });
      checks += result.checks;
      print(lineOf(file, result));
      if (result.failure === null) continue;
      failed.push(file);
      for (const line of troubleOf(readFileSync(output, 'utf8'))) print(`  ${line}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  print(`# ${files.length} files, ${checks} checks, ${failed.length} files failed`);
  for (const file of failed) print(`# failed: ${file}, see ${join(results, `${file}.tap`)}`);
  return failed.length === 0 && signal?.aborted !== true;
}

function lineOf(file: string, { failure, checks, seconds }: FileResult): string {
  const numbers = `${checks} checks, ${seconds.toFixed(1)} s`;
  return failure === null ? `ok     ${file} (${numbers})` : `not ok ${file}: ${failure} (${numbers})`;
}

/** What matters of the output of a file that failed: the checks that did, each with what follows it, and how it ended. */
function troubleOf(tap: string): string[] {
  const lines = tap.trimEnd().split('\n');
  const bad = lines.flatMap((line, i) => (/^ *not ok /.test(line) ? lines.slice(i, i + LINES_OF_A_CHECK) : []));
  return [...bad.slice(0, LINES_OF_A_FILE), '…', ...lines.slice(-LINES_OF_THE_END)];
}

const LINES_OF_A_CHECK = 40;
const LINES_OF_A_FILE = 200;
const LINES_OF_THE_END = 20;
