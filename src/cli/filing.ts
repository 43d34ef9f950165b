import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Client } from '../../proto/http/client/client.ts';
import type { Filing, FilingKind, FilingState, NewFiling } from '../../proto/http/filings.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;
type Asked = { params: { id: string }; body: { reason?: string } };
type Act = (client: Client, asked: Asked) => Promise<Filing>;

/** What can be done with a filing, beside drafting it; `why`: it must say so. */
const ACTIONS: readonly [name: string, description: string, act: Act, why?: 'why'][] = [
  ['submit', 'Ask for the review of a draft, or of a change.', (client, asked) => client.submitFiling(asked)],
  ['discard', 'Give up a change; what is in force stays.', (client, asked) => client.discardFiling(asked)],
  ['confirm', 'Say that what is in force is still so, for a year.', (client, asked) => client.confirmFiling(asked)],
  ['cancel', 'Give a filing up for ever.', (client, asked) => client.cancelFiling(asked)],
  ['review', 'Take up the review of a filing.', (client, asked) => client.reviewFiling(asked)],
  ['return', 'Give a filing back, with remarks.', (client, asked) => client.returnFiling(asked), 'why'],
  ['accept', 'Accept a filing, which gets its number.', (client, asked) => client.acceptFiling(asked)],
  ['suspend', 'Suspend an accepted filing.', (client, asked) => client.suspendFiling(asked), 'why'],
  ['resume', 'Put a suspended filing in force again.', (client, asked) => client.resumeFiling(asked)],
  ['revoke', 'Revoke a suspended filing for ever.', (client, asked) => client.revokeFiling(asked), 'why'],
];

/** `kapok filing …`: what organisations have on record with an authority. */
export function filingCommand(): Command {
  const group = new Command('filing').description('Draft, submit, review and decide on filings.');
  for (const command of [createCommand(), editCommand(), showCommand(), listCommand(), ...ACTIONS.map(actionCommand)])
    group.addCommand(command);
  return group;
}

function createCommand(): Command {
  return withJson(withTarget(new Command('create')))
    .description('Draft a filing, from a JSON file or empty.')
    .argument('<organisation>', 'its id')
    .argument('<kind>', 'organisation, node or application')
    .argument('[file]', 'its fields as JSON')
    .action(async (organisation: string, kind: string, file: string | undefined, options: Options) => {
      const data = file === undefined ? {} : { data: await readFields(file) };
      // What is wrong with it is said by the node.
      const body: NewFiling = { organisation, kind: kind as FilingKind, ...data };
      show(await createTargetClient(options).createFiling({ body }), options);
    });
}

function editCommand(): Command {
  return withJson(withTarget(new Command('edit')))
    .description('Replace fields of a filing; of an accepted one this is a change that is reviewed.')
    .argument('<id>')
    .argument('<file>', 'the fields as JSON; null takes one away')
    .action(async (id: string, file: string, options: Options) => {
      const body = { data: await readFields(file) };
      show(await createTargetClient(options).editFiling({ params: { id }, body }), options);
    });
}

function showCommand(): Command {
  return withJson(withTarget(new Command('show')))
    .description('Show a filing, with what is missing and what can be done now.')
    .argument('<id>')
    .action(async (id: string, options: Options) => {
      const filing = await createTargetClient(options).getFiling({ params: { id } });
      print(filing, options, JSON.stringify(filing, null, 2));
    });
}

interface Filter {
  readonly organisation?: string;
  readonly kind?: FilingKind;
  readonly state?: FilingState;
}

function listCommand(): Command {
  return withJson(withTarget(new Command('list')))
    .description('List filings, those to be decided first.')
    .option('--organisation <id>', 'of this organisation alone')
    .option('--kind <kind>', 'organisation, node or application')
    .option('--state <state>', 'in this state alone')
    .action(async ({ organisation, kind, state, ...options }: Options & Filter) => {
      const client = createTargetClient(options);
      let after: string | undefined;
      do {
        const page = await client.listFilings({ query: { organisation, kind, state, after } });
        for (const filing of page.filings) show(filing, options);
        after = page.next ?? undefined;
      } while (after !== undefined);
    });
}

function actionCommand([name, description, act, why]: (typeof ACTIONS)[number]): Command {
  const command = withJson(withTarget(new Command(name)))
    .description(description)
    .argument('<id>');
  const reason = ['--reason <text>', 'why; the organisation reads it'] as const;
  return (why === undefined ? command.option(...reason) : command.requiredOption(...reason)).action(
    async (id: string, { reason, ...options }: Options & { reason?: string }) => {
      const body = reason === undefined ? {} : { reason };
      show(await act(createTargetClient(options), { params: { id }, body }), options);
    },
  );
}

function show(filing: Filing, options: OutputOptions): void {
  const { id, kind, state, number, due, late, missing } = filing;
  const todo =
    missing.length > 0 ? `missing: ${missing.join(', ')}` : due === null ? '' : `due ${due}${late ? ', late' : ''}`;
  print(filing, options, [id, kind, state, number ?? '-', todo].join('\t').trimEnd());
}

async function readFields(file: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    const message = `${file} cannot be read as JSON: ${(cause as Error).message}`;
    throw new KapokError('BAD_REQUEST', { message, cause });
  }
}
