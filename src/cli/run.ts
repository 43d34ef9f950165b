import { ProblemError } from '../../proto/http/client/problem-error.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  process.stderr.write(`${tell(error)}\n`);
  process.exitCode = 1;
}

/** What Kapok says on purpose is a line; anything else is a defect and keeps its stack. */
function tell(error: unknown): string {
  if (error instanceof ProblemError) return `kapok: ${error.message}${error.status === 0 ? '' : ` (${error.code})`}`;
  return error instanceof KapokError ? `kapok: ${error.message}` : String((error as Error).stack);
}
