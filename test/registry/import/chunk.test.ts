import t from 'tap';
import { parseIdentifier } from '../../../src/identifier/identifier.ts';
import { Chunk } from '../../../src/registry/import/chunk.ts';
import type { ReadyRow } from '../../../src/registry/import/prepare-row.ts';
import { WholeRecord } from '../../../src/registry/import/record-json.ts';
import type { ImportRights } from '../../../src/registry/import/rights.ts';
import { START } from '../../../src/registry/import/rows.ts';
import { UNRESTRICTED } from '../../support/unrestricted.ts';

const RIGHTS: ImportRights = {
  suffixCaseAt: () => 'insensitive',
  mayReplace: () => true,
  authority: () => UNRESTRICTED,
};
const RECORD = { record: new WholeRecord('[]'), hasPrivate: false, ttl: 1, guarded: false, slow: false };

function readyRow(text: string, line: number): ReadyRow {
  const identifier = parseIdentifier(text);
  return { line, identifier, suffixKey: identifier.suffix.toUpperCase(), suffixCase: 'insensitive', ...RECORD };
}

/** The lines of each part, for names that come in this order. */
function partsOf(...names: string[]): number[][] {
  const chunk = new Chunk(START, RIGHTS);
  for (const [line, name] of names.entries()) chunk.add(readyRow(name, line));
  return chunk.generations.map((rows) => rows.map(({ line }) => line));
}

t.test('rows are stored in the order of their names, and what names one again in a later part', async (t) => {
  t.strictSame(partsOf('88.1/a', '88.1/b', '88.2/a'), [[0, 1, 2]]);
  t.strictSame(partsOf('88.1/a', '88.1/A'), [[0], [1]]);
  t.strictSame(partsOf('88.2/a', '88.1/b', '88.1/a'), [[2, 1, 0]]);
  t.strictSame(partsOf('88.1/a', '88.1/c', '88.1/b', '88.1/c', '88.1/a', '88.1/c'), [[0, 2, 1], [4, 3], [5]]);
  t.strictSame(partsOf('88.1/c', '88.1/b', '88.1/c'), [[1, 0], [2]]);
  t.strictSame(partsOf(), []);
});
