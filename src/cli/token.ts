import { Command } from 'commander';
import type { NewToken } from '../../proto/http/tokens.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** `kapok token create | list | revoke`: the bearer tokens of a node. */
export function tokenCommand(): Command {
  const create = withJson(withTarget(new Command('create')))
    .description('Make a token; it is shown only once.')
    .requiredOption('--scope <prefix>', 'the prefix whose subtree it is for; "" is the whole node')
    .requiredOption('--label <text>', 'what it is for')
    .option('--role <role>', 'operator, reviewer, registrant, auditor, device, mirror or mover', 'registrant')
    .option('--days <number>', 'days until it expires', Number)
    .action(async ({ scope, role, label, days, ...options }: Options & NewToken) => {
      const body = { scope, role, label, ...(days === undefined ? {} : { days }) } as NewToken;
      const made = await createTargetClient(options).createToken({ body });
      print(made, options, made.token);
    });
  const list = withJson(withTarget(new Command('list')))
    .description('List the tokens of a node.')
    .action(async (options: Options) => {
      const { tokens } = await createTargetClient(options).listTokens();
      print(tokens, options, JSON.stringify(tokens, null, 2));
    });
  const revoke = withJson(withTarget(new Command('revoke')))
    .description('Revoke a token.')
    .argument('<id>')
    .action(async (id: string, options: Options) => {
      print(await createTargetClient(options).revokeToken({ params: { id } }), options, `${id} is revoked`);
    });
  return new Command('token')
    .description('Make, list and revoke bearer tokens.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}
