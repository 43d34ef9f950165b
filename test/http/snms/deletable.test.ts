import t from 'tap';
import { readSources } from '../../house/source-files.ts';

/** What may name the folders of the second level's interface; without these lines the rest stands as it is. */
const REGISTRATIONS = ['proto/http/operations.ts', 'src/http/app.ts'];
const OF_TESTS = ['test/http/access-matrix.test.ts', 'test/http/samples.ts'];

const IMPORT = /\b(?:from|import)\s*\(?\s*['"][^'"]*\/snms\//;

t.test('nothing stands on this interface but its registration', async (t) => {
  const outside = (folders: string[]) =>
    readSources(folders, ['.ts'])
      .filter(({ path }) => !path.includes('/snms/'))
      .filter(({ text }) => IMPORT.test(text))
      .map(({ path }) => path)
      .sort();
  t.strictSame(outside(['src', 'proto', 'bench', 'examples']), REGISTRATIONS);
  t.strictSame(outside(['test']), OF_TESTS);
});

t.test('it is registered in one line each', async (t) => {
  for (const { path, text } of readSources(['src', 'proto'], ['.ts'])) {
    if (!REGISTRATIONS.includes(path)) continue;
    t.equal(text.split('\n').filter((line) => /snms/i.test(line)).length, 2, `${path}: an import and a call`);
  }
});
