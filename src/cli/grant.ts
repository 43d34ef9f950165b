import { Command } from 'commander';
import { callOk } from './call.ts';
import { readTarget, type TargetOptions, withTarget } from './target.ts';

interface CreateOptions extends TargetOptions {
  readonly subject: string;
  readonly role: string;
  readonly scope: string;
}

/** `kapok grant create | list | revoke`: the roles of keys, OpenID subjects and nodes. */
export function grantCommand(): Command {
  const create = withTarget(new Command('create'))
    .description('Give a key, an OpenID subject or a node a role in a prefix subtree.')
    .requiredOption('--subject <subject>', 'INDEX:PREFIX/name, oidc:ISSUER#SUB or node:THUMBPRINT')
    .requiredOption('--role <role>', 'operator, reviewer, registrant, auditor or device')
    .requiredOption('--scope <prefix>', 'the prefix whose subtree it is for; "" is the whole node')
    .action(async ({ subject, role, scope, ...options }: CreateOptions) => {
      const body = { subject, role, scope };
      const { id } = await callOk(readTarget(options), { method: 'POST', path: '/api/v1/grants', body });
      process.stdout.write(`${id}\n`);
    });
  const list = withTarget(new Command('list'))
    .description('List the grants of a node.')
    .action(async (options: TargetOptions) => {
      const { grants } = await callOk(readTarget(options), { path: '/api/v1/grants' });
      process.stdout.write(`${JSON.stringify(grants, null, 2)}\n`);
    });
  const revoke = withTarget(new Command('revoke'))
    .description('Take a grant back.')
    .argument('<id>')
    .action(async (id: string, options: TargetOptions) => {
      await callOk(readTarget(options), { method: 'DELETE', path: `/api/v1/grants/${encodeURIComponent(id)}` });
      process.stdout.write(`${id} is taken back\n`);
    });
  return new Command('grant')
    .description('Give, list and take back roles of keys, OpenID subjects and nodes.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}
