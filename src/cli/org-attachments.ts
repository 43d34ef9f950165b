import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import { type OutputOptions, print, withJson } from './output.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';
import { writeWhole } from './write-whole.ts';

type Options = TargetOptions & OutputOptions & { readonly save?: string };

/** `kapok org attachments ID`: what was attached, for who checks an organisation. */
export function attachmentsCommand(): Command {
  return withJson(withTarget(new Command('attachments')))
    .description('List what was attached; as a reviewer, save it to look at.')
    .argument('<id>')
    .option('--save <folder>', 'save each as KIND.png and so on; readable by you alone')
    .action(async (id: string, options: Options) => {
      const client = createTargetClient(options);
      const { attachments } = await client.listAttachments({ params: { id } });
      if (options.save !== undefined) await mkdir(options.save, { recursive: true, mode: 0o700 });
      for (const one of attachments) {
        const { kind, type, size, pending } = one;
        print(one, options, `${one.id}\t${kind}\t${type}\t${size}${pending ? '\tpending' : ''}`);
        if (options.save === undefined) continue;
        const body = Readable.fromWeb((await client.getAttachment({ params: { id, attachment: one.id } })) as never);
        await writeWhole(body, join(options.save, `${kind}${pending ? '-pending' : ''}.${type.split('/')[1]}`));
      }
    });
}
