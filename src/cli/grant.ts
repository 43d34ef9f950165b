import { Command } from 'commander';
import type { NewGrant } from '../../proto/http/grants.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** `kapok grant create | list | revoke`: the roles of keys, OpenID subjects and nodes. */
export function grantCommand(): Command {
  const create = withJson(withTarget(new Command('create')))
    .description('Give a key, an OpenID subject or a node a role in a prefix subtree.')
    .requiredOption('--subject <subject>', 'INDEX:PREFIX/name, oidc:ISSUER#SUB, node:THUMBPRINT or org:UUID')
    .requiredOption('--role <role>', 'operator, reviewer, registrant, auditor, device, mirror or mover')
    .requiredOption('--scope <prefix>', 'the prefix whose subtree it is for; "" is the whole node')
    .action(async ({ subject, role, scope, ...options }: Options & NewGrant) => {
      const grant = await createTargetClient(options).createGrant({ body: { subject, role, scope } });
      print(grant, options, grant.id);
    });
  const list = withJson(withTarget(new Command('list')))
    .description('List the grants of a node.')
    .action(async (options: Options) => {
      const { grants } = await createTargetClient(options).listGrants();
      print(grants, options, JSON.stringify(grants, null, 2));
    });
  const revoke = withJson(withTarget(new Command('revoke')))
    .description('Take a grant back.')
    .argument('<id>')
    .action(async (id: string, options: Options) => {
      print(await createTargetClient(options).revokeGrant({ params: { id } }), options, `${id} is taken back`);
    });
  return new Command('grant')
    .description('Give, list and take back roles of keys, OpenID subjects and nodes.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}
