import { Command } from 'commander';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** `kapok org member add | remove | list`: who speaks for an organisation. */
export function memberCommand(): Command {
  const add = withJson(withTarget(new Command('add')))
    .description('Let a key or an account speak for an organisation.')
    .argument('<id>')
    .argument('<subject>', 'INDEX:PREFIX/name or oidc:ISSUER#SUB')
    .action(async (id: string, subject: string, options: Options) => {
      const member = await createTargetClient(options).addMember({ params: { id }, body: { subject } });
      print(member, options, member.subject);
    });
  const remove = withJson(withTarget(new Command('remove')))
    .description('Let somebody no longer speak for an organisation.')
    .argument('<id>')
    .argument('<subject>')
    .action(async (id: string, subject: string, options: Options) => {
      const removed = await createTargetClient(options).removeMember({ params: { id }, query: { subject } });
      print(removed, options, `${removed.subject} is no member`);
    });
  const list = withJson(withTarget(new Command('list')))
    .description('List who speaks for an organisation.')
    .argument('<id>')
    .action(async (id: string, options: Options) => {
      const { members } = await createTargetClient(options).listMembers({ params: { id } });
      for (const one of members) print(one, options, `${one.subject}\t${one.since}`);
    });
  return new Command('member')
    .description('Add, remove and list who speaks for an organisation.')
    .addCommand(add)
    .addCommand(remove)
    .addCommand(list);
}
