import { Command } from 'commander';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** `kapok monitor events | probes | standbys | standby | takeover | return`: the nodes below, and who stands in for them. */
export function monitorCommand(): Command {
  const events = withJson(withTarget(new Command('events')))
    .description('List emergencies of the nodes below, and their ends.')
    .option('--prefix <prefix>', 'only of this prefix')
    .action(async ({ prefix, ...options }: Options & { prefix?: string }) => {
      const query = prefix === undefined ? {} : { prefix };
      const { events } = await createTargetClient(options).listEvents({ query });
      print(events, options, events.map((one) => [one.at, one.prefix, one.state, one.reason].join('\t')).join('\n'));
    });
  const probes = withJson(withTarget(new Command('probes')))
    .description('List the last probes of the node that answers for a prefix.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const { rounds } = await createTargetClient(options).listProbes({ params: { prefix } });
      const lines = rounds.map(({ at, kind, tried, failed, milliseconds, reason }) =>
        [at, kind, `${failed} of ${tried} failed`, `${milliseconds} ms`, reason ?? ''].join('\t'),
      );
      print(rounds, options, lines.join('\n'));
    });
  const standbys = withJson(withTarget(new Command('standbys')))
    .description('List the standby sites, and which have taken over.')
    .action(async (options: Options) => {
      const { standbys } = await createTargetClient(options).listStandbys();
      print(standbys, options, JSON.stringify(standbys, null, 2));
    });
  const standby = withJson(withTarget(new Command('standby')))
    .description('Set the standby site of a delegated prefix, or with --none have no one.')
    .argument('<prefix>')
    .option('--url <url>', 'the node that stands by')
    .option('--auto', 'it takes over without being told')
    .option('--none', 'no standby site any more')
    .action(async (prefix: string, options: Options & { url?: string; auto?: true; none?: true }) => {
      const client = createTargetClient(options);
      if (options.none) {
        print(await client.deleteStandby({ params: { prefix } }), options, `${prefix} has no standby site`);
        return;
      }
      const { url = '', auto = false } = options;
      const set = await client.putStandby({ params: { prefix }, body: { url, auto } });
      print(set, options, `${prefix} has the standby site ${url}`);
    });
  const takeover = withJson(withTarget(new Command('takeover')))
    .description('Point a prefix at its standby site.')
    .argument('<prefix>')
    .option('--reason <text>', 'why, for the audit log')
    .action(async (prefix: string, { reason, ...options }: Options & { reason?: string }) => {
      const body = { prefix, ...(reason === undefined ? {} : { reason }) };
      print(await createTargetClient(options).takeOver({ body }), options, `${prefix} points at its standby site`);
    });
  const giveBack = withJson(withTarget(new Command('return')))
    .description('Point a prefix at its own site again.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const pointed = await createTargetClient(options).giveBack({ params: { prefix } });
      print(pointed, options, `${prefix} points at its own site`);
    });
  return [events, probes, standbys, standby, takeover, giveBack].reduce(
    (monitor, command) => monitor.addCommand(command),
    new Command('monitor').description('Watch the nodes below, and let standby sites take over.'),
  );
}
