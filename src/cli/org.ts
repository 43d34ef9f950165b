import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import type { AttachmentKind, AttachmentType } from '../../proto/http/attachments.ts';
import type {
  Organisation,
  OrganisationData,
  OrganisationPatch,
  OrganisationState,
} from '../../proto/http/organisation-data.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { attachmentsCommand } from './org-attachments.ts';
import { memberCommand } from './org-member.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { readJson } from './read-json.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** What is done to an organisation by its name alone, and who does it; `why`: it must say so. */
const ACTIONS = [
  ['submit', 'Ask for the check of a draft, or of a change.'],
  ['discard', 'Give up a change; what is in force stays.'],
  ['withdraw', 'Give up the organisation for ever.'],
  ['verify', 'As a reviewer: find that it is what it says.'],
  ['refuse', 'As a reviewer: find that it is not, and say why.', 'why'],
  ['suspend', 'As a reviewer: suspend a verified organisation, and say why.', 'why'],
  ['resume', 'As a reviewer: put a suspended organisation in force again.'],
] as const;

const TYPES: Readonly<Record<string, AttachmentType>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  pdf: 'application/pdf',
};

/** `kapok org …`: the legal persons behind prefixes. */
export function orgCommand(): Command {
  const create = withJson(withTarget(new Command('create')))
    .description('Draft an organisation; without a login, the token that speaks for it is shown only once.')
    .argument('<file>', 'what it says about itself, as JSON')
    .action(async (file: string, options: Options) => {
      const body = (await readJson(file)) as OrganisationData;
      const made = await createTargetClient(options).createOrganisation({ body });
      const token = made.token === null ? [] : [made.token];
      print(made, options, [...lines(made.organisation), ...token].join('\n'));
    });
  const show = withJson(withTarget(new Command('show')))
    .description('Show an organisation, with what is missing and what can be done now.')
    .argument('<id>')
    .action(async (id: string, options: Options) => {
      const shown = await createTargetClient(options).getOrganisation({ params: { id } });
      print(shown, options, JSON.stringify(shown, null, 2));
    });
  const edit = withJson(withTarget(new Command('edit')))
    .description('Change what a file names; a verified organisation is checked again.')
    .argument('<id>')
    .argument('<file>', 'the fields that change, as JSON; null takes one away')
    .action(async (id: string, file: string, options: Options) => {
      const body = (await readJson(file)) as OrganisationPatch;
      tell(await createTargetClient(options).editOrganisation({ params: { id }, body }), options);
    });
  const attach = withJson(withTarget(new Command('attach')))
    .description('Attach a picture or a PDF, in the place of the one of its kind.')
    .argument('<id>')
    .argument('<file>', '.jpg, .png, .bmp or .pdf')
    .option('--kind <kind>', 'document, legal-person-front, …-back, contact-front, …, authorisation, other', 'document')
    .action(async (id: string, file: string, { kind, ...options }: Options & { kind: string }) => {
      const query = { kind: kind as AttachmentKind, name: basename(file) };
      const asked = { params: { id }, query, upload: await readBytes(file), type: typeOf(file) };
      const attached = await createTargetClient(options).uploadAttachment(asked);
      print(attached, options, `${attached.id}\t${attached.kind}\t${attached.type}\t${attached.size}`);
    });
  const list = withJson(withTarget(new Command('list')))
    .description("List one's own organisations; as a reviewer, all, those that wait for the longest time first.")
    .option('--state <state>', 'in this state alone, such as submitted')
    .option('--name <text>', 'with this in the name')
    .action(async ({ state, name, ...options }: Options & { state?: string; name?: string }) => {
      const client = createTargetClient(options);
      for (let after: string | undefined; ; ) {
        const query = { state: state as OrganisationState | undefined, name, after };
        const { organisations, next } = await client.listOrganisations({ query });
        for (const one of organisations) print(one, options, `${one.id}\t${one.state}\t${one.name}`);
        if (next === null) return;
        after = next;
      }
    });
  const actions = ACTIONS.map(actionCommand);
  const command = new Command('org').description('Draft, submit, check and list organisations.');
  for (const one of [create, show, edit, attach, attachmentsCommand(), ...actions, list, memberCommand()])
    command.addCommand(one);
  return command;
}

function actionCommand([name, description, why]: (typeof ACTIONS)[number]): Command {
  const command = withJson(withTarget(new Command(name)))
    .description(description)
    .argument('<id>');
  const reason = ['--reason <text>', 'why; it is told to the organisation, and kept'] as const;
  return (why === undefined ? command.option(...reason) : command.requiredOption(...reason)).action(
    async (id: string, { reason, ...options }: Options & { reason?: string }) => {
      const asked = { params: { id }, body: reason === undefined ? {} : { reason } };
      tell(await createTargetClient(options)[`${name}Organisation`](asked), options);
    },
  );
}

function tell(organisation: Organisation, options: OutputOptions): void {
  print(organisation, options, lines(organisation).join('\n'));
}

function lines({ id, state, missing, remarks }: Organisation): string[] {
  const lacks = missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`];
  return [`${id}\t${state}`, ...lacks, ...(remarks === null ? [] : [`remarks: ${remarks}`])];
}

function typeOf(file: string): AttachmentType {
  const type = TYPES[/\.([^.]+)$/.exec(file)?.[1]?.toLowerCase() ?? ''];
  if (type !== undefined) return type;
  throw new KapokError('BAD_REQUEST', { message: `${file} must end in .jpg, .png, .bmp or .pdf` });
}

async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return Uint8Array.from(await readFile(file));
  } catch (cause) {
    throw new KapokError('BAD_REQUEST', { message: `${file} cannot be read: ${(cause as Error).message}`, cause });
  }
}
