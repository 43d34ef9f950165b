import { Command } from 'commander';
import type { Allotment, AllotmentDecision, PrefixApplication } from '../../proto/http/allotments.ts';
import type { Client } from '../../proto/http/client/client.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

interface DecisionOptions extends Options {
  readonly reason?: string;
  readonly url?: string;
  readonly ttl?: string;
}

/** What an authority can do with a prefix; `why`: it must say so; `place`: it may say where it is answered. */
const DECISIONS: readonly [action: AllotmentDecision['action'], description: string, needs?: 'why' | 'place'][] = [
  ['review', 'Take up the review of an application.'],
  ['return', 'Give an application back, with a reason.', 'why'],
  ['refuse', 'Refuse an application, with a reason.', 'why'],
  ['allot', 'Allot a prefix; with --url it is delegated to the node there.', 'place'],
  ['host', 'Answer for an allotted prefix here from now on.'],
  ['suspend', 'Suspend a prefix, with a reason: nothing below it resolves.', 'why'],
  ['resume', 'Let a suspended prefix resolve again.'],
  ['revoke', 'Revoke a prefix, with a reason: it goes into quarantine.', 'why'],
];

/** `kapok prefix …`: prefixes are applied for and decided on. */
export function prefixCommand(): Command {
  const group = new Command('prefix').description(
    'Apply for prefixes, review and allot them, suspend and revoke them.',
  );
  for (const command of [
    applyCommand(),
    cancelCommand(),
    showCommand(),
    listCommand(),
    ...DECISIONS.map(decisionCommand),
  ])
    group.addCommand(command);
  return group;
}

function applyCommand(): Command {
  interface Applying extends Options {
    readonly organisation: string;
    readonly parent?: string;
    readonly label?: string;
    readonly purpose?: string;
  }
  return withJson(withTarget(new Command('apply')))
    .description('Apply for a prefix, or hand in again what was returned.')
    .argument('[prefix]', 'such as 88.102.5; without it the next free number')
    .requiredOption('--organisation <id>', 'who applies')
    .option('--parent <prefix>', 'the next free number below this prefix')
    .option('--label <text>', 'a name for people; otherwise that of the organisation')
    .option('--purpose <text>', 'what it is for')
    .action(async (prefix: string | undefined, { organisation, parent, label, purpose, ...options }: Applying) => {
      const body: PrefixApplication = { organisation, ...given({ prefix, parent, label, purpose }) };
      show(await createTargetClient(options).applyForPrefix({ body }), options);
    });
}

function decisionCommand([action, description, needs]: (typeof DECISIONS)[number]): Command {
  const command = withJson(withTarget(new Command(action)))
    .description(description)
    .argument('<prefix>');
  const reason = ['--reason <text>', 'why; it is told to the organisation'] as const;
  if (needs === 'why') command.requiredOption(...reason);
  else command.option(...reason);
  if (needs === 'place')
    command
      .option('--url <url>', 'the node that answers for it; without one it is hosted here')
      .option('--ttl <seconds>', 'how long a referral may be kept');
  return command.action(async (prefix: string, { reason, url, ttl, ...options }: DecisionOptions) => {
    const body: AllotmentDecision = {
      action: url === undefined ? action : 'delegate',
      ...given({ reason, url, ttl: ttl === undefined ? undefined : Number(ttl) }),
    };
    show(await createTargetClient(options).decideAllotment({ params: { prefix }, body }), options);
  });
}

function cancelCommand(): Command {
  return withJson(withTarget(new Command('cancel')))
    .description('Withdraw an application.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      show(await createTargetClient(options).cancelAllotment({ params: { prefix } }), options);
    });
}

function showCommand(): Command {
  return withJson(withTarget(new Command('show')))
    .description('Show a prefix that was applied for, with what can be done now.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const allotment = await createTargetClient(options).getAllotment({ params: { prefix } });
      print(allotment, options, JSON.stringify(allotment, null, 2));
    });
}

function listCommand(): Command {
  interface Filter extends Options {
    readonly organisation?: string;
    readonly state?: string;
  }
  return withJson(withTarget(new Command('list')))
    .description('List prefixes that were applied for.')
    .option('--organisation <id>', 'of this organisation alone')
    .option('--state <state>', 'in this state alone')
    .action(async ({ organisation, state, ...options }: Filter) => {
      const allotments = await listAll(createTargetClient(options), { organisation, state });
      const lines = allotments.map((one) => [one.prefix, one.state, one.label, one.organisation ?? ''].join('\t'));
      if (options.json || lines.length > 0) print(allotments, options, lines.join('\n'));
    });
}

async function listAll(
  client: Client,
  filter: { organisation: string | undefined; state: string | undefined },
): Promise<Allotment[]> {
  const all: Allotment[] = [];
  for (let after: string | undefined; ; ) {
    const { allotments, next } = await client.listAllotments({ query: { ...filter, after, limit: 1000 } });
    all.push(...allotments);
    if (next === null) return all;
    after = next;
  }
}

function show(allotment: Allotment, options: OutputOptions): void {
  const { prefix, state, hosting, quarantineUntil } = allotment;
  const until = quarantineUntil === null ? '' : ` until ${quarantineUntil}`;
  print(allotment, options, `${prefix}\t${state}${hosting === null ? '' : `, ${hosting}`}${until}`);
}

/** What was given on the command line. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
