import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.ts';
import { documentPaths, proseOf, readDocument } from './markdown.ts';

t.test('every link between the documents leads somewhere', async (t) => {
  for (const path of documentPaths()) {
    const links = Array.from(proseOf(readDocument(path)).matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link as string);
    for (const link of links.filter((text) => !/^https?:/.test(text))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      t.ok(existsSync(join(root, target)), `${path} → ${link}`);
      if (anchor !== undefined) t.ok(anchorsOf(readDocument(target)).includes(anchor), `${path} → ${link}`);
    }
  }
});

t.test('every file and folder that the documents name exists', async (t) => {
  const roots = ['src', 'proto', 'test', 'docs', 'docker', 'examples', 'migrations', 'bench', '.ci'];
  const pattern = new RegExp(`\`((?:${roots.map((name) => name.replace('.', '\\.')).join('|')})/[\\w./-]*)\``, 'g');
  for (const path of documentPaths()) {
    const named = Array.from(proseOf(readDocument(path)).matchAll(pattern), ([, file]) => file as string);
    for (const file of named.filter((name) => !/NAME|NNNN/.test(name)))
      t.ok(existsSync(join(root, file)), `${path} names ${file}`);
  }
});

/** Headings as their anchors are made: lower case, without punctuation, "-" for spaces. */
function anchorsOf(markdown: string): string[] {
  const headings = Array.from(proseOf(markdown).matchAll(/^#+ (.+)$/gm), ([, heading]) => heading as string);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
