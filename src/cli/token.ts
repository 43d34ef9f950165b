import { Command } from 'commander';
import { callOk } from './call.ts';
import { readTarget, type TargetOptions, withTarget } from './target.ts';

interface CreateOptions extends TargetOptions {
  readonly scope: string;
  readonly role: string;
  readonly label: string;
  readonly days?: number;
}

/** `kapok token create | list | revoke`: the bearer tokens of a node. */
export function tokenCommand(): Command {
  const create = withTarget(new Command('create'))
    .description('Make a token; it is shown only once.')
    .requiredOption('--scope <prefix>', 'the prefix whose subtree it is for; "" is the whole node')
    .requiredOption('--label <text>', 'what it is for')
    .option('--role <role>', 'operator, reviewer, registrant, auditor or device', 'registrant')
    .option('--days <number>', 'days until it expires', Number)
    .action(async ({ scope, role, label, days, ...options }: CreateOptions) => {
      const body = { scope, role, label, ...(days === undefined ? {} : { days }) };
      const { token } = await callOk(readTarget(options), { method: 'POST', path: '/api/v1/tokens', body });
      process.stdout.write(`${token}\n`);
    });
  const list = withTarget(new Command('list'))
    .description('List the tokens of a node.')
    .action(async (options: TargetOptions) => {
      const { tokens } = await callOk(readTarget(options), { path: '/api/v1/tokens' });
      process.stdout.write(`${JSON.stringify(tokens, null, 2)}\n`);
    });
  const revoke = withTarget(new Command('revoke'))
    .description('Revoke a token.')
    .argument('<id>')
    .action(async (id: string, options: TargetOptions) => {
      await callOk(readTarget(options), { method: 'DELETE', path: `/api/v1/tokens/${encodeURIComponent(id)}` });
      process.stdout.write(`${id} is revoked\n`);
    });
  return new Command('token')
    .description('Make, list and revoke bearer tokens.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}
