import { existsSync } from 'node:fs';
import t from 'tap';
import { readRootFile, root } from './compose-file.ts';

const lines = readRootFile('Dockerfile').replaceAll('\\\n', '').split('\n');
const stages = lines
  .join('\n')
  .split(/^FROM /m)
  .slice(1);
const last = stages.at(-1) ?? '';

t.test('what is copied from the project exists, and .dockerignore lets it pass', async (t) => {
  const passed = readRootFile('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'));
  const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from='));
  const sources = copies.flatMap((line) => line.split(' ').slice(1, -1));
  t.ok(sources.length > 0);
  for (const source of sources) {
    t.ok(existsSync(new URL(source, root)), source);
    t.ok(passed.includes(`!${source}`), `.dockerignore passes ${source}`);
  }
  t.strictSame(
    passed.filter((line) => !sources.includes(line.slice(1))),
    [],
    'and passes nothing that is not copied',
  );
});

t.test('every stage has the same image, of a Node that the project runs on', async (t) => {
  const images = stages.map((stage) => stage.split(/\s/, 1)[0]);
  t.equal(new Set(images).size, 1);
  const { engines } = JSON.parse(readRootFile('package.json')) as { engines: { node: string } };
  const [, major] = /^>=(\d+)\./.exec(engines.node) ?? [];
  t.equal(images[0], `node:${major}-slim`);
});

t.test('no install script runs, and the image has neither development tools nor the embedded PostgreSQL', async (t) => {
  for (const line of lines.filter((text) => text.includes('npm ci'))) t.match(line, /--ignore-scripts/);
  const dependencies = stages.find((stage) => /AS dependencies$/m.test(stage)) ?? '';
  t.match(dependencies, /npm ci --ignore-scripts --omit=dev --omit=optional$/m);
  t.match(last, /^COPY --from=dependencies \/app\/node_modules /m);
});

t.test('the program runs without rights of its own and is checked', async (t) => {
  t.match(last, /^USER node$/m);
  t.match(last, /^HEALTHCHECK .*\/health\/ready/m);
  t.match(last, /^ENTRYPOINT \["kapok"\]$/m);
});
