import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import type { Client } from '../../proto/http/client/client.ts';
import type { Enrolment } from '../../proto/http/enrolments.ts';
import { readVariable } from '../config/environment.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { followMove } from './move.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

interface Options extends TargetOptions, OutputOptions {
  readonly parent: string;
  readonly parentToken?: string;
  readonly prefix: string;
  readonly url: string;
  readonly wait?: true;
}

/** Milliseconds between two looks at whether it was decided. */
const LOOK_EVERY = 1_000;

/** `kapok enroll`: a node of one's own joins a tree. */
export function enrollCommand(): Command {
  return withJson(withTarget(new Command('enroll')))
    .description('Let a running node answer for a prefix of the node above; go on with it after the verdict.')
    .requiredOption('--parent <url>', 'the node above')
    .option('--parent-token <token>', 'the organisation’s token there (KAPOK_PARENT_TOKEN does not show in ps)')
    .requiredOption('--prefix <prefix>', 'what the node answers for')
    .requiredOption('--url <url>', 'where others reach the node: the node above asks it there to prove its key')
    .option('--wait', 'until it was decided, and all that the prefix holds was taken over')
    .addHelpText('after', ENDING)
    .action(async (options: Options) => {
      const { parent: url, prefix, wait } = options;
      const own = createTargetClient(options);
      const parent = createTargetClient({ node: url, token: readParentToken(options) });
      const known = await findEnrolment(parent, options);
      const applied =
        known?.state === 'applied' || known?.state === 'accepted' ? known : await apply(own, parent, options);
      const decided = wait ? await follow(parent, prefix) : applied;
      if (decided.state === 'accepted') await join(own, decided, options);
      print(decided, options, `${prefix}\t${decided.state}${decided.remarks === null ? '' : `\t${decided.remarks}`}`);
    });
}

const ENDING = `
--node and --token are those of the new node, which must be running; a token of its operator.
Without --wait the command ends after the application: run it again after the verdict.`;

function readParentToken({ parent, parentToken = readVariable('KAPOK_PARENT_TOKEN') }: Options): string {
  if (parentToken !== undefined && parentToken !== '') return parentToken;
  const message = `KAPOK_PARENT_TOKEN is not set: the token that the organisation has at the node above, ${parent}`;
  throw new KapokError('INVALID_SETTING', { message });
}

/** What was asked for with the key of this very node; null when it has to ask. */
async function findEnrolment(parent: Client, { prefix, ...options }: Options): Promise<Enrolment | null> {
  const enrolment = await parent.getEnrolment({ params: { prefix } }).catch((error: { code?: string }) => {
    if (error.code === 'ENROLMENT_NOT_FOUND') return null;
    throw error;
  });
  const { key } = await createTargetClient(options).proveEnrolment({
    body: { parent: options.parent, url: options.url },
  });
  return enrolment?.key === key ? enrolment : null;
}

async function apply(own: Client, parent: Client, { parent: url, prefix, ...options }: Options): Promise<Enrolment> {
  const proof = await own.proveEnrolment({ body: { parent: url, url: options.url } });
  if (proof.prefix !== prefix) {
    const message = `--prefix: the node answers for ${proof.prefix}; its KAPOK_PREFIX says so`;
    throw new KapokError('BAD_REQUEST', { message, at: '--prefix' });
  }
  return parent.applyForEnrolment({ body: proof });
}

async function follow(parent: Client, prefix: string): Promise<Enrolment> {
  for (;;) {
    const enrolment = await parent.getEnrolment({ params: { prefix } });
    if (enrolment.state !== 'applied') return enrolment;
    await setTimeout(LOOK_EVERY);
  }
}

/** The node keeps the delegation, and takes over what the node above has hosted for it. */
async function join(own: Client, enrolment: Enrolment, { parent, wait }: Options): Promise<void> {
  const { prefix, delegation, takeOver } = enrolment;
  if (delegation === null) throw new KapokError('UPSTREAM_INVALID', { message: 'The node above sent no delegation' });
  await own.putDelegation({ body: { parent, delegation } });
  if (!takeOver) return;
  const move = await own.pullMove({ body: { prefix, url: parent } });
  if (wait) await followMove(own, move);
}
