import type { Command } from 'commander';
import t from 'tap';
import { createProgram } from '../../src/cli/program.ts';
import { startDatabases } from '../support/database.ts';
import { OPERATOR_TOKEN, startTestNode } from '../support/node.ts';
import { runKapok } from './run-kapok.ts';

const databases = await startDatabases(t);
const node = await startTestNode(t, { KAPOK_PREFIX: '88.107', DATABASE_URL: await databases.create() });

/** What `kapok` writes to its standard output. */
const kapok = async (...args: string[]) =>
  (await runKapok(args, { KAPOK_URL: node.url, KAPOK_TOKEN: OPERATOR_TOKEN })).out;

/** These serve, and print what they log. */
const SERVERS = ['demo', 'node'];
/** What these print is JSON in any case. */
const JSON_ALONE = ['openapi', 'keygen'];

t.test('help lists every command with what it does, and each one takes --json', async (t) => {
  const all = leaves(createProgram());
  const names = all.map(({ name }) => name);
  for (const name of ['login', 'register', 'import', 'query', 'search', 'resolve', 'token create', 'template publish'])
    t.ok(names.includes(name), name);
  for (const { name, command } of all) {
    t.match(command.description(), /^[A-Z].{9,}\.$/, name);
    const takesJson = command.options.some(({ long }) => long === '--json');
    t.equal(takesJson, ![...SERVERS, ...JSON_ALONE].includes(name), name);
  }
  const help = createProgram().helpInformation();
  for (const command of createProgram().commands) t.match(help, `\n  ${command.name()} `, command.name());
});

/** The commands that do something, by their whole names. */
function leaves(command: Command, path: readonly string[] = []): { name: string; command: Command }[] {
  const inner = command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
  const own = path.length > 0 && command.registeredArguments.length + command.options.length > 0;
  return [...(own || inner.length === 0 ? [{ name: path.join(' '), command }] : []), ...inner];
}

t.test('with --json a command prints one document, or one a line', async (t) => {
  const json = async (...args: string[]) =>
    (await kapok(...args, '--json'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  t.match(await json('register', '88.107/A', '--value', '1:NAME=a'), [{ identifier: '88.107/A', version: 1 }]);
  const [made] = await json('token', 'create', '--scope', '88.107', '--label', 'x');
  t.match(made, { token: /^kapok_/, id: String });
  const cases: [args: string[], expected: unknown][] = [
    [['resolve', '88.107/A'], [{ responseCode: 1, handle: '88.107/A' }]],
    [['resolve', '88.107/none'], [{ responseCode: 100 }]],
    [['query', '88.107'], [{ identifier: '88.107/A' }]],
    [['query', '88.107', '--count'], [{ total: 1 }]],
    [['export', '88.107'], [{ identifier: '88.107/A' }]],
    [['template', 'list', '88.107'], [[]]],
    [['token', 'list'], [[{ role: 'operator' }, { id: made.id }]]],
    [['grant', 'list'], [[]]],
  ];
  await Promise.all(cases.map(async ([args, expected]) => t.match(await json(...args), expected, args.join(' '))));
  t.match(await json('token', 'revoke', made.id), [{ id: made.id, revoked: true }]);
});
