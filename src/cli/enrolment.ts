import { Command } from 'commander';
import type { Enrolment } from '../../proto/http/enrolments.ts';
import { httpUrlsOf, type Site } from '../record/site.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** `kapok enrolment show | accept | refuse`: at the node above, what `kapok enroll` has asked for. */
export function enrolmentCommand(): Command {
  const show = withJson(withTarget(new Command('show')))
    .description('Show which node asks to answer for a prefix, or was the last to ask.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      tell(await createTargetClient(options).getEnrolment({ params: { prefix } }), options);
    });
  const accept = withJson(withTarget(new Command('accept')))
    .description('Delegate the prefix to the node; what is hosted here is offered to it, and resolves until it has it.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const asked = { params: { prefix }, body: { action: 'accept' } } as const;
      tell(await createTargetClient(options).decideEnrolment(asked), options);
    });
  const refuse = withJson(withTarget(new Command('refuse')))
    .description('Refuse the node.')
    .argument('<prefix>')
    .requiredOption('--reason <text>', 'why; the organisation reads it')
    .action(async (prefix: string, { reason, ...options }: Options & { reason: string }) => {
      const asked = { params: { prefix }, body: { action: 'refuse', reason } } as const;
      tell(await createTargetClient(options).decideEnrolment(asked), options);
    });
  return new Command('enrolment')
    .description('At the node above: decide on nodes that ask to answer for a prefix.')
    .addCommand(show)
    .addCommand(accept)
    .addCommand(refuse);
}

function tell(enrolment: Enrolment, options: OutputOptions): void {
  const { prefix, state, site, remarks, takeOver } = enrolment;
  const [url = ''] = httpUrlsOf(site as Site);
  const rest = [...(takeOver ? ['to be taken over'] : []), ...(remarks === null ? [] : [remarks])];
  print(enrolment, options, [prefix, state, url, ...rest].join('\t'));
}
