import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { freePort } from '../support/free-port.ts';
import { makeCheckout, userEnvironment } from './checkout.ts';
import { type Block, readBlocks, readDocument } from './markdown.ts';
import { jsonValues, missingLines, withoutMoments } from './shown.ts';
import { type LongRunning, startCommand, Terminal } from './terminal.ts';

const blocks = readBlocks(readDocument('README.md'));
const marked = (mark: string) => blocks.findIndex((block) => block.language === 'sh' && block.mark === mark);

/** Of the nodes that a reader starts. */
const OWN_PORTS = ['7301', '7302'];

/** Building, 13 nodes, and some 70 commands: two minutes on two cores, and many when these are busy. */
const PATIENCE = 1_200_000;

t.test('the README does what it says, from its first command to its last', { timeout: PATIENCE }, async (t) => {
  const cwd = await makeCheckout(t);
  const started: LongRunning[] = [];
  t.teardown(() => Promise.all(started.map((command) => command.interrupt())));

  t.equal(blocks[marked('start')]?.text, 'npm ci && npm start\n');
  t.equal(blocks[marked('tests')]?.text, 'npm ci && npm test\n');
  t.match(blocks.map(({ text }) => text).join(''), /make-parts\.mjs 10000 /);
  const env = userEnvironment(cwd);
  const demo = await startCommand('npm start', 'Ctrl-C stops everything.', { cwd, env });
  started.push(demo);
  const here = await placesOf(cwd);
  t.strictSame(missingLines(here(blocks[marked('start') + 1]?.text ?? ''), demo.output), [], 'the tree is printed');

  const top = here('http://127.0.0.1:7088');
  const terminal = new Terminal({ cwd, env: { ...env, KAPOK_URL: top } });
  t.teardown(() => terminal.close());
  let ran = 0;
  for (const [i, block] of blocks.entries()) {
    if (block.language !== 'sh' || i <= marked('start')) continue;
    const command = here(block.text);
    if (block.mark === 'terminal') started.push(await startCommand(command, '"node is ready"', { cwd, env }));
    if (block.mark !== '') continue;
    ran++;
    const { output, failed } = await terminal.run(command);
    t.strictSame(failed, [], `README.md:${block.line} ends well`, { stderr: terminal.stderr.slice(-1_000) });
    checkOutput(t, output, blocks[i + 1], here);
  }

  t.ok(ran > 25, `${ran} blocks were run`);
  for (const command of started.reverse()) await command.interrupt();
  const { pids } = await readDemo(cwd);
  t.strictSame(pids.filter(isAlive), [], 'Ctrl-C has stopped every node');
});

/** A block of JSON or text after a command is what the command prints, or part of it. */
function checkOutput(t: Test, output: string, shown: Block | undefined, here: (text: string) => string): void {
  const at = `README.md:${shown?.line}`;
  if (shown?.language === 'json') {
    t.match(jsonValues(output).at(-1), withoutMoments(JSON.parse(here(shown.text))), `${at} is in the answer`);
  }
  if (shown?.language === 'text') t.strictSame(missingLines(here(shown.text), output), [], `${at} is printed`);
}

/**
 * Ports that are taken on this machine move the demo to others: the README's commands move along. And of its ten thousand parts
 * a fifth is imported: the others would take four nodes 20 s of processor time, of 105 s.
 */
async function placesOf(cwd: string): Promise<(text: string) => string> {
  const table = blocks[marked('start') + 1]?.text ?? '';
  const places = new Map<string, string>();
  for (const port of OWN_PORTS) places.set(port, String(await freePort()));
  for (const { prefix, url } of (await readDemo(cwd)).nodes) {
    const line = table.split('\n').find((text) => text.trim().startsWith(`${prefix} `));
    const [, port = ''] = /:(\d+) /.exec(line ?? '') ?? [];
    places.set(port, new URL(url).port);
  }
  return (text) =>
    text
      .replace(/(?<=127\.0\.0\.1:|KAPOK_PORT=)\d+/g, (port) => places.get(port) ?? port)
      .replace(/\b1000([02])\b/g, '200$1');
}

async function readDemo(cwd: string) {
  const text = await readFile(join(cwd, '.kapok/demo.json'), 'utf8');
  const { nodes } = JSON.parse(text) as { nodes: { prefix: string; url: string; pid: number }[] };
  return { nodes, pids: nodes.map(({ pid }) => pid) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
