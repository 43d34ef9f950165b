import t from 'tap';
import { proseOf, readBlocks, readDocument } from './markdown.ts';

const english = readDocument('README.md');
const chinese = readDocument('README.zh-CN.md');

t.test('both READMEs have the same blocks of code, in the same order', async (t) => {
  const codeOf = (text: string) => readBlocks(text).map(({ language, mark, text }) => `${language} ${mark}\n${text}`);
  t.strictSame(codeOf(chinese), codeOf(english));
});

t.test('both READMEs have the same sections', async (t) => {
  const levels = (text: string) => Array.from(proseOf(text).matchAll(/^(#+) /gm), ([, level]) => level);
  t.strictSame(levels(chinese), levels(english));
  t.not(levels(english).length, 0);
});

t.test('both READMEs name the same files, variables, parameters and numbers of rows', async (t) => {
  const linksOf = (text: string) =>
    Array.from(proseOf(text).matchAll(/\]\(([^)]+)\)/g), ([, link]) => link).filter(
      (link) => !link?.startsWith('README'),
    );
  const codeOf = (text: string) =>
    [...new Set(Array.from(proseOf(text).matchAll(/`([\x20-\x7e]+?)`/g), ([, code]) => code))]
      .filter((code) => !code?.includes('{') && !/^\w+\/\w+$/.test(code ?? ''))
      .sort();
  const rowsOf = (text: string) => proseOf(text).match(/^\|.*\|$/gm)?.length;
  t.strictSame(linksOf(chinese), linksOf(english));
  t.strictSame(codeOf(chinese), codeOf(english));
  t.equal(rowsOf(chinese), rowsOf(english));
});
