import { readdirSync } from 'node:fs';
import t from 'tap';
import { catalogue } from '../../src/errors/catalogue.ts';
import { readDocument, root } from './markdown.ts';

const protocol = readDocument('docs/protocol.md');

t.test('every endpoint of the program is described', async (t) => {
  const files = readdirSync(`${root}src/http/routes`).filter((name) => name.endsWith('.ts'));
  const sources = files.map((name) => readDocument(`src/http/routes/${name}`)).join('\n');
  const paths = Array.from(sources.matchAll(/'(\/(?:api|health|metrics)[\w/:]*)\*?'/g), ([, path]) => path as string);
  t.ok(paths.length >= 8);
  for (const path of new Set(paths)) {
    const spelled = path.replace(/:(\w+)/, '{$1}').replace(/\/$/, '');
    if (spelled !== '/api') t.ok(protocol.includes(spelled), spelled);
  }
});

t.test('every code and response code that is named exists', async (t) => {
  const named = new Set(Array.from(protocol.matchAll(/`([A-Z]+_[A-Z_]+)`/g), ([, code]) => code as string));
  const foreign = ['TEMPLATE_ID', 'HS_ADMIN', 'HS_SITE', 'HS_VLIST', 'KAPOK_RATE_LIMIT'];
  const unknown = [...named].filter((code) => !(code in catalogue) && !foreign.includes(code));
  t.strictSame(unknown, []);
});

t.test('the statuses of a resolution are those of the catalogue', async (t) => {
  const pairs = new Set(Object.values(catalogue).map(({ http, handle }) => `${http} ${handle}`));
  const rows = Array.from(protocol.matchAll(/^\| ([45]\d\d) \| ([\d, ]+) \|/gm));
  t.ok(rows.length >= 10);
  for (const [, status, codes = ''] of rows) {
    for (const code of codes.split(', ')) t.ok(pairs.has(`${status} ${code.trim()}`), `${status} ${code}`);
  }
});
