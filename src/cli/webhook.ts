import { Command } from 'commander';
import type { Webhook, WebhookAttempt, WebhookDelivery } from '../../proto/http/webhooks.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { readLimit } from './query.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

const PAGE = 500;

/** `kapok webhook …`: where an organisation has its notices pushed to. */
export function webhookCommand(): Command {
  const add = command('add', 'Push the notices of an organisation to an endpoint; the secret is shown only once.')
    .argument('<organisation>', 'its id')
    .argument('<url>', 'https://…')
    .action(async (organisation: string, url: string, options: Options) => {
      const made = await createTargetClient(options).createWebhook({ body: { organisation, url } });
      print(made, options, `${lineOf(made)}\n${secretLine(made)}`);
    });
  const list = command('list', 'List the webhooks of your organisations.')
    .option('--organisation <id>', 'only of this one')
    .action(async ({ organisation, ...options }: Options & { organisation?: string }) => {
      const { webhooks } = await createTargetClient(options).listWebhooks({ query: { organisation } });
      for (const one of webhooks) print(one, options, lineOf(one));
    });
  const pause = command('pause', 'Send nothing for now; what comes meanwhile waits.')
    .argument('<id>', 'the webhook')
    .action(async (id: string, options: Options) => {
      const paused = await createTargetClient(options).pauseWebhook({ params: { id } });
      print(paused, options, lineOf(paused));
    });
  const resume = command('resume', 'Send again after a pause, or after the node has disabled it.')
    .argument('<id>', 'the webhook')
    .action(async (id: string, options: Options) => {
      const resumed = await createTargetClient(options).resumeWebhook({ params: { id } });
      print(resumed, options, lineOf(resumed));
    });
  const rotate = command('rotate', 'Make a new secret, shown only once; the old one signs too for a day.')
    .argument('<id>', 'the webhook')
    .action(async (id: string, options: Options) => {
      const rotated = await createTargetClient(options).rotateWebhook({ params: { id } });
      print(rotated, options, secretLine(rotated));
    });
  const remove = command('remove', 'Remove a webhook, with its deliveries.')
    .argument('<id>', 'the webhook')
    .action(async (id: string, options: Options) => {
      print(await createTargetClient(options).removeWebhook({ params: { id } }), options, `${id} is removed`);
    });
  const test = command('test', 'Send a test message now, and say what came of it.')
    .argument('<id>', 'the webhook')
    .action(async (id: string, options: Options) => {
      const attempt = await createTargetClient(options).testWebhook({ params: { id } });
      print(attempt, options, textOf(attempt));
      if (attempt.error !== null) process.exitCode = 1;
    });
  return [add, list, pause, resume, rotate, remove, test, deliveriesCommand(), redeliverCommand()].reduce(
    (group, one) => group.addCommand(one),
    new Command('webhook').description('Have notices pushed to endpoints, and see what became of them.'),
  );
}

function deliveriesCommand(): Command {
  return command('deliveries', 'List what was sent and what waits, the newest first.')
    .argument('<id>', 'the webhook')
    .option('--limit <number>', 'how many at most', '100')
    .action(async (id: string, { limit, ...options }: Options & { limit: string }) => {
      const client = createTargetClient(options);
      let left = readLimit(limit);
      let after: string | undefined;
      do {
        const asked = { params: { id }, query: { limit: Math.min(PAGE, left), after } };
        const page = await client.listWebhookDeliveries(asked);
        for (const one of page.deliveries) print(one, options, deliveryLine(one));
        left -= page.deliveries.length;
        after = page.next;
      } while (after !== undefined && left > 0);
    });
}

function redeliverCommand(): Command {
  return command('redeliver', 'Send a notice once more, with the same id.')
    .argument('<id>', 'the webhook')
    .argument('<notice>', 'the id of the notice')
    .action(async (id: string, notice: string, options: Options) => {
      const waiting = await createTargetClient(options).redeliverNotice({ params: { id, notice } });
      print(waiting, options, `${notice} waits to be sent`);
    });
}

function command(name: string, description: string): Command {
  return withJson(withTarget(new Command(name))).description(description);
}

function lineOf({ id, state, url, failingSince }: Webhook): string {
  return [id, state, url, ...(failingSince === null ? [] : [`failing since ${failingSince}`])].join('\t');
}

function secretLine({ secret }: { secret: string }): string {
  return `${secret}\tthe signing secret, shown only this once`;
}

function deliveryLine({ id, seq, kind, state, attempts }: WebhookDelivery): string {
  const last = attempts.at(-1);
  return [seq, id, kind, state, `${attempts.length} attempts`, ...(last === undefined ? [] : [textOf(last)])].join(
    '\t',
  );
}

function textOf({ at, status, milliseconds, error }: WebhookAttempt): string {
  const what = error === null || error === 'status' ? `status ${status}` : error;
  return `${at}\t${what}\t${milliseconds} ms`;
}
