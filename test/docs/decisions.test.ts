import t from 'tap';
import { readDocument, readTable } from './markdown.ts';

type Manifest = Readonly<
  Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Readonly<Record<string, string>>>
>;

const manifest = JSON.parse(readDocument('package.json')) as Manifest;
const decisions = readDocument('docs/decisions.md');

t.test('each dependency has its reason, and each reason its dependency', async (t) => {
  const stated = (head: string) => readTable(decisions, head).map(([name]) => name?.replaceAll('`', ''));
  t.strictSame(stated('run time').sort(), Object.keys(manifest.dependencies).sort());
  t.strictSame(stated('optional').sort(), Object.keys(manifest.optionalDependencies).sort());
  t.strictSame(stated('development').sort(), Object.keys(manifest.devDependencies).sort());
});
