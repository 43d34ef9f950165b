import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { KapokError } from '../errors/kapok-error.ts';
import { encodePath } from '../identifier/percent-encoding.ts';
import { callOk } from './call.ts';
import { readTarget, type TargetOptions, withTarget } from './target.ts';

/** `kapok template publish | show | list`: the metadata templates of a node. */
export function templateCommand(): Command {
  const publish = withTarget(new Command('publish'))
    .description('Publish a template, or its next version, from a JSON file.')
    .argument('<file>')
    .action(async (file: string, options: TargetOptions) => {
      const body = await readJson(file);
      const { template, version } = await callOk(readTarget(options), {
        method: 'POST',
        path: '/api/v1/templates',
        body,
      });
      process.stdout.write(`${template}@${version}\n`);
    });
  const show = withTarget(new Command('show'))
    .description('Show a template.')
    .argument('<template>', 'PREFIX/name')
    .option('--of <version>', 'this version; otherwise the newest')
    .option('--schema', 'as JSON Schema')
    .action(async (template: string, options: TargetOptions & { of?: string; schema?: true }) => {
      const version = options.of === undefined ? '' : `?version=${encodeURIComponent(options.of)}`;
      const path = `/api/v1/${options.schema ? 'schemas' : 'templates'}/${encodePath(template)}${version}`;
      process.stdout.write(`${JSON.stringify(await callOk(readTarget(options), { path }), null, 2)}\n`);
    });
  const list = withTarget(new Command('list'))
    .description('List the templates of a prefix.')
    .argument('<prefix>')
    .action(async (prefix: string, options: TargetOptions) => {
      const path = `/api/v1/templates?${new URLSearchParams({ prefix })}`;
      const { templates } = await callOk(readTarget(options), { path });
      for (const { template, version, title = '' } of templates as Record<string, string>[])
        process.stdout.write(`${template}@${version}\t${title}\n`);
    });
  return new Command('template')
    .description('Publish, show and list metadata templates.')
    .addCommand(publish)
    .addCommand(show)
    .addCommand(list);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new KapokError('BAD_REQUEST', {
      message: `${file} cannot be read as JSON: ${(cause as Error).message}`,
      cause,
    });
  }
}
