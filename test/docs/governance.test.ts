import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FILING_STATES } from '../../proto/http/filings.ts';
import { fileOf } from '../support/root.ts';
import { DIAGRAMS, drawDiagrams, namesOfDiagrams } from './diagrams.ts';
import { readBlocks, readDocument } from './markdown.ts';

const governance = readDocument('docs/governance.md');

t.test('every diagram is what its table says; npm run diagrams draws them', async (t) => {
  t.equal(drawDiagrams(governance), governance);
  t.strictSame(namesOfDiagrams(governance).sort(), Object.keys(DIAGRAMS).sort());
  const drawn = readBlocks(governance).filter(({ language }) => language === 'mermaid');
  t.equal(drawn.length, Object.keys(DIAGRAMS).length, 'nothing is drawn by hand');
});

t.test('a table that changes would be noticed', async (t) => {
  const altered = governance.replace('draft --> submitted', 'draft --> accepted');
  t.not(altered, governance);
  t.equal(drawDiagrams(altered), governance);
});

t.test('every state machine of src/governance is drawn', async (t) => {
  const folder = fileOf('src/governance/');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!^machine)\.ts$/.test(name),
  );
  const tables = files.filter((name) => readFileSync(join(folder, name), 'utf8').includes('TransitionTable<'));
  t.ok(tables.length > 0);
  t.equal(tables.length, Object.keys(DIAGRAMS).length, tables.join(', '));
});

t.test('every state of a filing is told', async (t) => {
  for (const state of FILING_STATES) t.match(governance, `\n| \`${state}\` | `, state);
});
