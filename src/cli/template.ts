import { Command } from 'commander';
import type { NewTemplate } from '../../proto/http/templates.ts';
import { type OutputOptions, print, withJson } from './output.ts';
import { readJson } from './read-json.ts';
import { createTargetClient, type TargetOptions, withTarget } from './target.ts';

type Options = TargetOptions & OutputOptions;

/** `kapok template publish | show | list`: the metadata templates of a node. */
export function templateCommand(): Command {
  const publish = withJson(withTarget(new Command('publish')))
    .description('Publish a template, or its next version, from a JSON file.')
    .argument('<file>')
    .action(async (file: string, options: Options) => {
      const body = (await readJson(file)) as NewTemplate;
      const published = await createTargetClient(options).publishTemplate({ body });
      print(published, options, `${published.template}@${published.version}`);
    });
  const show = withJson(withTarget(new Command('show')))
    .description('Show a template.')
    .argument('<template>', 'PREFIX/name')
    .option('--of <version>', 'this version; otherwise the newest')
    .option('--schema', 'as JSON Schema')
    .action(async (template: string, { of, schema, ...options }: Options & { of?: string; schema?: true }) => {
      const client = createTargetClient(options);
      const asked = { params: { template }, query: { version: of === undefined ? undefined : Number(of) } };
      const shown = await (schema ? client.getTemplateSchema(asked) : client.getTemplate(asked));
      print(shown, options, JSON.stringify(shown, null, 2));
    });
  const list = withJson(withTarget(new Command('list')))
    .description('List the templates of a prefix.')
    .argument('<prefix>')
    .action(async (prefix: string, options: Options) => {
      const { templates } = await createTargetClient(options).listTemplates({ query: { prefix } });
      const lines = templates.map(({ template, version, title = '' }) => `${template}@${version}\t${title}`);
      if (options.json || lines.length > 0) print(templates, options, lines.join('\n'));
    });
  return new Command('template')
    .description('Publish, show and list metadata templates.')
    .addCommand(publish)
    .addCommand(show)
    .addCommand(list);
}
