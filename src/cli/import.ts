import { Command } from 'commander';
import type { ImportJob } from '../../proto/http/imports.ts';
import { followImport } from './import-follow.ts';
import { ImportProgress } from './import-progress.ts';
import { saveResults, showFailures } from './import-results.ts';
import { uploadFile } from './import-upload.ts';
import { createTargetClient, readTarget, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions {
  readonly format?: string;
  readonly keep?: true;
  readonly dryRun?: true;
  readonly results?: string;
  readonly json?: true;
  readonly detach?: true;
}

/** `kapok import FILE`: sends a file to a node and follows its import; `import status` and `import cancel` ask later. */
export function importCommand(): Command {
  const command = withTarget(new Command('import'))
    .description('Register the identifiers of an NDJSON or CSV file ("-" is standard input).')
    .argument('<file>')
    .option('--format <format>', 'ndjson or csv; otherwise the name of the file tells')
    .option('--dry-run', 'change nothing: say what would become of the rows')
    .option('--keep', 'leave identifiers that exist as they are: their rows fail')
    .option('--results <file>', 'write a result for each row to this file, as NDJSON')
    .option('--json', 'print the import as JSON')
    .option('--detach', 'do not wait for the end')
    .action((file: string, options: Options) => importFile(file, options));
  command.addCommand(jobCommand('status', 'getImport').description('How far an import is.'));
  command.addCommand(jobCommand('cancel', 'cancelImport').description('Cancel an import; the rows that are in stay.'));
  return command;
}

function jobCommand(name: string, operation: 'getImport' | 'cancelImport'): Command {
  return withTarget(new Command(name))
    .argument('<id>')
    .option('--json', 'print the import as JSON')
    .action(async (id: string, _own: Options, command: Command) => {
      // "import" has options of the same names, and takes them wherever they stand.
      const options = command.optsWithGlobals<Options>();
      show(await createTargetClient(options)[operation]({ params: { id } }), options);
    });
}

async function importFile(file: string, options: Options): Promise<void> {
  const target = readTarget(options);
  const progress = new ImportProgress({ terminal: process.stderr.isTTY === true });
  const taken = await uploadFile(target, {
    ...{ file, format: options.format, overwrite: options.keep !== true, dryRun: options.dryRun === true },
    onSent: (bytes, size) => progress.sent(bytes, size),
  });
  if (options.detach) {
    progress.clear();
    return show(taken, options);
  }
  const leave = () => {
    progress.clear();
    process.stderr.write(`${taken.id} goes on: kapok import status ${taken.id}, kapok import cancel ${taken.id}\n`);
    process.exit(130);
  };
  process.once('SIGINT', leave);
  const job = await followImport(target, taken.id, (now) => progress.done(now));
  process.off('SIGINT', leave);
  progress.clear();
  if (options.results !== undefined) await saveResults(target, job, options.results);
  await showFailures(target, job);
  if (options.json) show(job, options);
  else conclude(job, progress.rate(job));
  if (job.state !== 'done' || job.failed > 0) process.exitCode = 1;
}

function conclude({ id, state, dryRun, created, replaced, failed, error }: ImportJob, rate: number): void {
  const would = dryRun ? 'It would be: ' : '';
  process.stdout.write(`${would}${created} created, ${replaced} replaced, ${failed} failed, ${rate} rows/s\n`);
  if (state === 'done') return;
  const reason = state === 'cancelled' ? 'was cancelled' : `broke off: ${error?.message}`;
  process.stderr.write(`Import ${id} ${reason}. The rows above are in; importing the file again completes it.\n`);
}

function show(job: ImportJob, { json }: Options): void {
  const { id, state, readBytes, size, created, replaced, failed, error } = job;
  if (json) {
    process.stdout.write(`${JSON.stringify(job)}\n`);
    return;
  }
  const share = size === 0 ? 100 : Math.floor((100 * readBytes) / size);
  const reason = error === null ? '' : `: ${error.message}`;
  process.stdout.write(
    `${id} ${state}${reason}, ${share} %, ${created} created, ${replaced} replaced, ${failed} failed\n`,
  );
}
