import type { Command } from 'commander';

export interface OutputOptions {
  readonly json?: true;
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print the whole answer as JSON, in one line');
}

/** An answer as JSON for programs, or what a person wants of it. */
export function print(answer: unknown, { json }: OutputOptions, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(answer) : text}\n`);
}
