import { Command } from 'commander';
import type { Client } from '../../proto/http/client/client.ts';
import type { Transfer } from '../../proto/http/transfers.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;
type Act = (
  client: Client,
  asked: { params: { id: string } },
  given: { key?: string; reason?: string },
) => Promise<Transfer>;

const ACTIONS: readonly [
  name: string,
  description: string,
  option: [flags: string, text: string, must?: 'must'] | null,
  act: Act,
][] = [
  [
    'accept',
    'Accept what is offered: it is yours from now on.',
    ['--key <key>', 'INDEX:PREFIX/name, which administers the identifier; when the offer names none'],
    (client, asked, { key }) => client.acceptTransfer({ ...asked, body: key === undefined ? {} : { key } }),
  ],
  ['decline', 'Do not accept what is offered.', null, (client, asked) => client.declineTransfer(asked)],
  ['withdraw', 'Withdraw an offer that was not accepted yet.', null, (client, asked) => client.withdrawTransfer(asked)],
  [
    'take-back',
    'Take back what was accepted, while its window is open.',
    ['--reason <text>', 'why; it is told to both sides', 'must'],
    (client, asked, { reason }) => client.takeBackTransfer({ ...asked, body: reason === undefined ? {} : { reason } }),
  ],
];

/** `kapok transfer …`: prefixes and identifiers go from one holder to another. */
export function transferCommand(): Command {
  const group = new Command('transfer').description(
    'Offer prefixes and identifiers to others, accept and take them back.',
  );
  for (const command of [offerCommand(), listCommand(), ...ACTIONS.map(actionCommand)]) group.addCommand(command);
  return group;
}

function offerCommand(): Command {
  interface Offering extends Options {
    readonly organisation?: string;
    readonly key?: string;
  }
  return withJson(withTarget(new Command('offer')))
    .description('Offer a prefix or an identifier to another.')
    .argument('<what>', '88.102.5, or 88.102.5/PART-1')
    .option('--organisation <id>', 'the organisation that is to have it')
    .option('--key <key>', 'INDEX:PREFIX/name: the key that is to administer an identifier')
    .action(async (what: string, { organisation, key, ...options }: Offering) => {
      const named = what.includes('/') ? { identifier: what } : { prefix: what };
      const to = { ...(organisation === undefined ? {} : { organisation }), ...(key === undefined ? {} : { key }) };
      show(await createTargetClient(options).offerTransfer({ body: { ...named, ...to } }), options);
    });
}

function actionCommand([name, description, option, act]: (typeof ACTIONS)[number]): Command {
  const command = withJson(withTarget(new Command(name)))
    .description(description)
    .argument('<id>', 'the transfer');
  if (option !== null) {
    const [flags, text, must] = option;
    if (must === undefined) command.option(flags, text);
    else command.requiredOption(flags, text);
  }
  return command.action(
    async (id: string, { key, reason, ...options }: Options & { key?: string; reason?: string }) => {
      const given = { ...(key === undefined ? {} : { key }), ...(reason === undefined ? {} : { reason }) };
      show(await act(createTargetClient(options), { params: { id } }, given), options);
    },
  );
}

function listCommand(): Command {
  return withJson(withTarget(new Command('list')))
    .description('List transfers from and to you, and those that you can take back.')
    .option('--state <state>', 'in this state alone')
    .action(async ({ state, ...options }: Options & { state?: string }) => {
      const { transfers } = await createTargetClient(options).listTransfers({ query: { state, limit: 1000 } });
      if (options.json || transfers.length > 0) print(transfers, options, transfers.map(lineOf).join('\n'));
    });
}

function show(transfer: Transfer, options: OutputOptions): void {
  print(transfer, options, lineOf(transfer));
}

function lineOf({ id, identifier, prefix, state, until }: Transfer): string {
  return [id, identifier ?? prefix, `${state}${state === 'accepted' ? ` until ${until}` : ''}`].join('\t');
}
