import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.ts';
import { readSources, type SourceFile } from './source-files.ts';

const MAX_LINES = 350;
const code = readSources(['src', 'proto', 'bench', 'examples'], ['.ts']);
const tests = readSources(['test'], ['.ts']);
const schema = readSources(['migrations', 'src', 'test', 'bench'], ['.sql']);
const own = code.filter(({ path }) => path.startsWith('src/') || path.startsWith('proto/'));

t.test(`no file is longer than ${MAX_LINES} lines`, async (t) => {
  const files = [...code, ...tests, ...schema];
  t.ok(files.length > 0);
  const lines = ({ text }: SourceFile) => text.trimEnd().split('\n').length;
  t.strictSame(
    files.filter((file) => lines(file) > MAX_LINES).map((file) => `${file.path}: ${lines(file)}`),
    [],
  );
});

t.test('no test is left out by hand', async (t) => {
  // A test that cannot run says so with a reason, `{ skip: reason }`; a literal or a call leaves it out for ever.
  const calls = /\bt\w*\.(?:only|skip|todo)\s*\(|\b(?:only|skip|todo):\s*(?:true\b|['"`])/;
  t.strictSame(
    find(
      tests.filter(({ path }) => path.endsWith('.test.ts')),
      calls,
    ),
    [],
  );
});

t.test('nothing prints but the commands', async (t) => {
  const printers = own.filter(({ path }) => !/^src\/(?:cli|demo)\//.test(path));
  t.strictSame(find(printers, /\bconsole\s*\./), []);
});

t.test('tests find files by test/support/root.ts alone, for they run compiled in another folder, too', async (t) => {
  const others = tests.filter(({ path }) => path !== 'test/support/root.ts' && !path.startsWith('test/house/'));
  t.strictSame(find(others, /\bimport\.meta\b/), []);
});

t.test('settings and drivers are not reached by ways that the linter does not see', async (t) => {
  const settings = own.filter(({ path }) => !path.startsWith('src/config/'));
  t.strictSame(find(settings, /\benv\b[^;=\n]*=\s*(?:globalThis\.)?process\b(?!\.)/), []);
  t.strictSame(
    find(own, /\bimport\(\s*['"][^'"]+['"]\s*\)\.(?!then\b)/),
    [],
    'types are imported at the top of a file',
  );
});

const architecture = join(root, 'docs/architecture.md');
t.test('every folder of src is named in docs/architecture.md', { skip: skipUnless(architecture) }, async (t) => {
  const text = readFileSync(architecture, 'utf8');
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  t.strictSame(
    folders.map(({ name }) => name).filter((name) => !text.includes(`${name}/`)),
    [],
  );
});

/** `path:line: text` of each line that matches. */
function find(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

function skipUnless(path: string): string | false {
  return existsSync(path) ? false : `there is no ${path} yet`;
}
