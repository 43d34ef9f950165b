#!/usr/bin/env node
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { reportPage } from './html/report-page.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { introduce } from './report.ts';
import { Resources } from './resources.ts';
import { runBench } from './run.ts';
import { formatTable } from './table.ts';

const progress = (text: string) => process.stderr.write(`bench: ${text}\n`);

async function main(options: BenchOptions): Promise<void> {
  const folder = await folderOf(options);
  // The embedded PostgreSQL of a root runs as nobody, who must be able to pass.
  await chmod(folder, 0o711);
  const resources = new Resources();
  if (options.keep === undefined) resources.add(() => rm(folder, { recursive: true, force: true }));
  let interrupted = false;
  const stop = (signal: NodeJS.Signals) => {
    interrupted = true;
    progress(`${signal}: stopping the servers`);
    void resources.close().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const report = await runBench({ options, folder, resources, progress });
    // A run whose servers were stopped may come to an end of a kind.
    if (interrupted) return;
    console.log(`${introduce(report)}\n\n${formatTable(report.rows)}`);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    if (options.html !== undefined) await writeFile(options.html, reportPage(report));
    if (report.rows.some(({ status }) => status === 'failed')) process.exitCode = 1;
  } catch (error) {
    // What was under way when the servers went away fails: that is no news.
    if (!interrupted) throw error;
  } finally {
    await resources.close();
  }
}

async function folderOf({ keep }: BenchOptions): Promise<string> {
  if (keep === undefined) return mkdtemp(join(tmpdir(), `kapok-bench-${process.pid}-`));
  await mkdir(keep, { recursive: true });
  return resolve(keep);
}

const options = parseOptions(process.argv.slice(2));
if (options !== null) {
  await main(options).catch((error: Error) => {
    process.stderr.write(`bench: ${error.stack}\n`);
    process.exitCode = 1;
  });
}
