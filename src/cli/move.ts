import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import type { Client } from '../../proto/http/client/client.ts';
import type { Move } from '../../proto/http/moves.ts';
import { KapokError } from '../errors/kapok-error.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** Milliseconds between two looks at a move that is waited for. */
const LOOK_EVERY = 500;

/** `kapok move offer | pull | show | cancel`: a prefix with all that it holds, to a node of its own and back. */
export function moveCommand(): Command {
  const offer = withJson(withTarget(new Command('offer')))
    .description('At the node that hosts it: offer a prefix to another node.')
    .argument('<prefix>')
    .requiredOption('--to <url>', 'the node that is to take it over')
    .action(async (prefix: string, { to, ...options }: Options & { to: string }) => {
      const move = await createTargetClient(options).offerMove({ body: { prefix, url: to } });
      print(move, options, lineOf(move));
    });
  const pull = withJson(withTarget(new Command('pull')))
    .description('At the node that takes it over: copy the prefix while it resolves, and answer for it.')
    .argument('<prefix>')
    .requiredOption('--from <url>', 'the node that has offered it')
    .option('--wait', 'until it is done')
    .action(async (prefix: string, { from, wait, ...options }: Options & { from: string; wait?: true }) => {
      const client = createTargetClient(options);
      const begun = await client.pullMove({ body: { prefix, url: from } });
      const move = wait ? await followMove(client, begun) : begun;
      print(move, options, lineOf(move));
    });
  const show = withJson(withTarget(new Command('show')))
    .description('Show the last move of a prefix, as one of its two nodes sees it.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const move = await createTargetClient(options).getMove({ params: { prefix } });
      print(move, options, lineOf(move));
    });
  const cancel = withJson(withTarget(new Command('cancel')))
    .description('Give a move up, before the prefix was given away.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const move = await createTargetClient(options).cancelMove({ params: { prefix } });
      print(move, options, lineOf(move));
    });
  return new Command('move')
    .description('Move a prefix, with all that it holds, to a node of its own, and back.')
    .addCommand(offer)
    .addCommand(pull)
    .addCommand(show)
    .addCommand(cancel);
}

/** The move once it has ended. Throws MOVE_REFUSED when it has failed. */
export async function followMove(client: Client, { prefix }: Move): Promise<Move> {
  for (;;) {
    const move = await client.getMove({ params: { prefix } });
    if (move.state === 'done') return move;
    if (move.state === 'failed' || move.state === 'cancelled')
      throw new KapokError('MOVE_REFUSED', { message: `${prefix} has not moved: ${move.error ?? move.state}` });
    await setTimeout(LOOK_EVERY);
  }
}

function lineOf({ prefix, direction, side, state, identifiers, copied, error }: Move): string {
  const count = identifiers ?? copied;
  return [prefix, `${direction}, ${side}`, state, `${count} identifiers`, ...(error === null ? [] : [error])].join(
    '\t',
  );
}
